import { frenchValues } from './french-values.js';

// The words of the page in French; english.js has the same members.

export const french = {
  title: 'Éligibilité',
  nav: 'Pages',
  oneSite: 'Un site',
  manySites: 'Une liste',
  otherLanguage: 'English',
  skipToContent: 'Aller au contenu',
  sandbox: 'Bac à sable : les réponses sont inventées.',
  loading: 'Chargement…',
  more: 'Afficher la suite',
  copy: 'Copier',
  copied: 'Copié',
  lostConnection: 'Connexion perdue, la page se reconnecte…',

  ask: {
    heading: 'Que peut-on livrer, où, et à quel prix ?',
    label: 'Adresse, SIRET ou référence du site',
    hint: 'Une adresse, un SIRET, une référence d’immeuble (IMB/…), une prise (PTO), un numéro de ligne ou des coordonnées.',
    button: 'Vérifier',
    asking: 'Envoi…',
    suggestions: 'Propositions',
    /** @param {number} count */
    found: (count) =>
      count === 0 ? 'Aucune proposition' : `${count} proposition${count > 1 ? 's' : ''}`,
    addNumber: 'Précisez le numéro dans la rue.',
    closed: 'établissement fermé',
    noAddress: 'adresse non diffusée',
    unknownSiret: 'Ce SIRET n’est pas connu de l’annuaire.',
    noSearch: 'La recherche d’adresses ne répond pas. Vous pouvez valider l’adresse telle quelle.',
    lineStatus: 'État de la ligne',
    lineStatuses: { ACTIVE: 'active', INACTIVE: 'inactive' },
    activation: 'Que faire de la ligne',
    activations: {
      ACTIVATE: 'reprendre la ligne existante',
      CREATE: 'en construire une à côté, même local',
      CREATE_NEARBY: 'en construire une, même adresse, autre local',
      CREATE_NEIGHBOUR: 'en construire une à une adresse voisine',
    },
    try: 'Essayez par exemple',
    examples: {
      offers: 'deux opérateurs, quatre offres',
      buildings: 'deux bâtiments',
      business: 'un établissement',
      later: 'une prise, plus tard',
      live: 'trois opérateurs, en direct',
    },
    kinds: {
      siret: 'SIRET',
      building: 'Immeuble',
      outlet: 'Prise optique',
      line: 'Ligne cuivre',
      point: 'Coordonnées',
      addressKey: 'Clé BAN',
      covageKey: 'Identifiant Covage',
      address: 'Adresse telle que saisie',
    },
  },

  past: {
    heading: 'Questions récentes',
    none: 'Aucune question pour l’instant. La première que vous posez apparaîtra ici.',
    unnamed: 'Site sans adresse',
  },

  question: {
    gone: 'Cette question est introuvable, ou votre clé ne permet pas de la voir.',
    share: 'Copier le lien',
    asked: 'Demandé le',
    operators: 'Réponses des opérateurs',
    chooseHeading: 'Quel bâtiment ?',
    choose:
      'Cette adresse compte plusieurs bâtiments : choisissez le vôtre, les opérateurs seront interrogés ensuite.',
    chooseAddress: 'Plusieurs adresses correspondent. Choisissez la bonne.',
    notLocated: 'Site introuvable',
    /** @param {string} found */
    onlyFound: (found) =>
      `La recherche d’adresses n’a trouvé que «\u00A0${found}\u00A0». Vérifiez le numéro et la rue, ou donnez une autre référence du site.`,
    noDoor: 'Aucune adresse connue près de ces coordonnées. Vérifiez-les, ou donnez l’adresse.',
    noBusinessAddress:
      'L’adresse de cet établissement n’est pas connue. Vérifiez le SIRET, ou donnez l’adresse.',
    nothingThere: 'Aucun bâtiment connu à cette adresse',
    thisOne: 'Choisir',
    /** @param {number} count */
    premises: (count) => `${count} ${count > 1 ? 'locaux' : 'local'}`,
    notFound:
      'Cette adresse n’a pas pu être située. Vérifiez la rue et la commune, ou donnez une autre référence du site.',
    forecasts: { FIBER_NOT_YET_DEPLOYED: 'La fibre n’y est pas encore.' },
    sketch: 'Plan sommaire des bâtiments autour de l’adresse, le nord en haut',
    probable: 'à vérifier',
    sources: { OPEN_DATA: 'données ouvertes', OPERATOR: 'opérateur', SEEN_BEFORE: 'déjà demandé' },
    correlation: 'Référence pour le support de l’opérateur',
    askAgain: 'Reposer la question',
    own: 'Réponse détaillée',
    original: 'Message d’origine',
    expected: 'Prévu le',
    expectedIn: 'Prévu en',
    /** @param {string} text */
    expectedText: (text) => `Prévu, selon l’opérateur : «\u00A0${text}\u00A0»`,
    /** @param {string} operator @param {string} verdict */
    answered: (operator, verdict) => `${operator} : ${verdict}.`,
    unknownSite: 'Site inconnu',
    /** @param {string} names @param {number} count */
    doesNotKnow: (names, count) =>
      `${names} ne ${count > 1 ? 'connaissent' : 'connaît'} pas ce site.`,
    best: 'Meilleure offre :',
    /** @param {string} price */
    aMonth: (price) => `${price} HT par mois`,
    /** @param {string} fee */
    setupFee: (fee) => `mise en service ${fee}`,
    /** @param {string} names @param {number} count */
    saidNo: (names, count) =>
      `${names} ${count > 1 ? 'répondent' : 'répond'} que le site n’est pas éligible.`,
    /** @param {string} names @param {number} count */
    couldNotTell: (names, count) => `${names} n’${count > 1 ? 'ont' : 'a'} pas pu conclure.`,
    /** @param {string} names @param {number} count */
    notAsked: (names, count) =>
      `${names} n’${count > 1 ? 'ont pas pu être interrogés' : 'a pas pu être interrogé'}.`,
    /** @param {string} names @param {number} count */
    failed: (names, count) => `${names} n’${count > 1 ? 'ont' : 'a'} pas répondu.`,
    /** @param {number} count */
    waitingFor: (count) => `${count} opérateur${count > 1 ? 's' : ''} en cours de réponse.`,
  },

  offers: {
    heading: 'Offres',
    /** @param {number} shown @param {number} all */
    count: (shown, all) =>
      shown === all ? `${all} offre${all > 1 ? 's' : ''}` : `${shown} sur ${all} offres`,
    none: 'Aucune offre pour l’instant.',
    noneLeft: 'Aucune offre ne passe ces filtres.',
    reset: 'Effacer les filtres',
    filters: 'Filtrer les offres',
    all: 'Tous',
    deliverable: 'Livrables seulement',
    operator: 'Opérateur',
    offer: 'Offre',
    technology: 'Technologie',
    network: 'Réseau',
    bandwidth: 'Débit',
    minBandwidth: 'Débit minimum',
    price: 'Prix par mois',
    maxPrice: 'Prix maximum',
    setup: 'Mise en service',
    leadTime: 'Délai',
    maxLeadTime: 'Délai maximum',
    days: 'jours',
    commitment: 'Engagement',
    verdict: 'Verdict',
    guaranteed: 'garanti',
    upTo: 'max.',
    validUntil: 'jusqu’au',
    withoutVat: 'Prix hors taxes.',
    /** @param {number} months */
    months: (months) => `${months} mois`,
    technologies: {
      FIBDE: 'Fibre dédiée',
      FTTO: 'Fibre dédiée (FTTO)',
      FTTE: 'Fibre dédiée (FTTE)',
      FTTH: 'Fibre mutualisée (FTTH)',
      COPPER: 'Cuivre',
    },
  },

  list: {
    heading: 'Une liste de sites',
    intro: 'Déposez votre tableau. Les opérateurs ne sont interrogés qu’au lancement.',
    drop: 'Déposez un fichier CSV ou Excel ici',
    pick: 'Choisir un fichier',
    template: 'Modèle à remplir',
    reading: 'Lecture du fichier…',
    columns: 'Comment vos colonnes sont lues',
    column: 'Votre colonne',
    passedOn: 'Les autres colonnes sont recopiées telles quelles dans le résultat.',
    /** @param {number} count */
    moreIssues: (count) => (count > 1 ? `Afficher les ${count} autres` : 'Afficher la dernière'),
    /** @param {number} accepted @param {number} total */
    accepted: (accepted, total) => `${accepted} lignes prêtes sur ${total}`,
    /** @param {number} count */
    refused: (count) => `${count} ligne${count > 1 ? 's' : ''} refusée${count > 1 ? 's' : ''}`,
    line: 'Ligne',
    value: 'Valeur',
    problem: 'Problème',
    start: 'Lancer',
    other: 'Autre fichier',
    nothingToAsk: 'Aucune ligne n’est exploitable : corrigez le fichier.',
    past: 'Listes récentes',
    nonePast: 'Aucune liste pour l’instant.',
    unnamed: 'Liste sans nom',
    progress: 'Avancement',
    /** @param {string} done @param {string} all */
    done: (done, all) => `${done} sites sur ${all}`,
    end: 'Fin estimée :',
    verdicts: 'Verdicts',
    noVerdict: 'Les premiers verdicts arrivent.',
    results: 'Résultats',
    resultsHint:
      'Votre tableau, complété par la meilleure offre de chaque site. Disponible à tout moment, même en cours de route.',
    refusedRow: 'Refusée',
    csv: 'CSV pour Excel',
    xlsx: 'Excel (XLSX)',
    cancel: 'Arrêter',
    reallyCancel: 'Confirmer l’arrêt : les sites restants ne seront pas demandés',
    gone: 'Cette liste est introuvable, ou votre clé ne permet pas de la voir.',
    rows: 'Sites',
    reference: 'Référence',
    bestOffer: 'Meilleure offre',
    /** @param {string} price */
    aMonth: (price) => `${price} HT/mois`,
    /** @param {string} why */
    noPrice: (why) => `prix ${why}`,
    /** @param {string} heading @param {string} value */
    cell: (heading, value) =>
      value === '' ? `${heading} : ` : `${heading} «\u00A0${value}\u00A0» : `,
    site: 'Site',
    filter: 'Verdict',
    refusedRows: 'Lignes refusées',
    states: {
      IN_PROGRESS: 'En cours',
      DONE: 'Terminée',
      DONE_PARTIAL: 'Terminée, avec des échecs',
      CANCELLED: 'Arrêtée',
    },
    fields: {
      externalId: 'votre référence',
      eligibilityId: 'identifiant Covage',
      buildingRef: 'immeuble',
      otpRef: 'prise optique',
      'line.number': 'ligne',
      'line.status': 'état de la ligne',
      'line.activationType': 'opération sur la ligne',
      siret: 'SIRET',
      addressId: 'clé BAN',
      address: 'adresse',
      streetNumber: 'numéro',
      streetExtension: 'bis, ter…',
      streetKind: 'type de voie',
      streetName: 'voie',
      streetId: 'code de la voie',
      postCode: 'code postal',
      cityName: 'commune',
      inseeCode: 'code INSEE',
      location: 'coordonnées',
      latitude: 'latitude',
      longitude: 'longitude',
    },
  },

  signIn: {
    heading: 'Identification',
    why: 'Ce service demande une clé d’API ou un jeton. La page le garde en mémoire seulement, jusqu’à sa fermeture.',
    refused: 'Clé ou jeton refusé. Vérifiez votre saisie, ou demandez-en un autre.',
    label: 'Clé d’API ou jeton',
    button: 'Continuer',
  },

  ...frenchValues,
};
