/** @import { Told } from '../api.js' */

/** A sentence, or what makes one of what the service says. @typedef {string | ((told: Told) => string)} Sentence */

// The French words for values of the schema, by their names.

/** @type {Readonly<Record<string, string>>} */
const formats = {
  XLS: 'un ancien classeur Excel (.xls)',
  XLSB: 'un classeur binaire (.xlsb)',
  ODS: 'un classeur OpenDocument (.ods)',
  NUMBERS: 'un document Numbers',
  PDF: 'un PDF',
  TEXT_DOCUMENT: 'un document texte',
  PRESENTATION: 'une présentation',
  WEB_PAGE: 'une page web',
  XML: 'un fichier XML',
  ARCHIVE: 'une archive',
};

/** @param {number} value */
const number = (value) => value.toLocaleString('fr-FR', { maximumFractionDigits: 1 });
/** @param {string} text */
const quoted = (text) => `«\u00A0${text}\u00A0»`;
/** @param {number} value @param {string} noun */
const count = (value, noun) => `${number(value)} ${noun}${value > 1 ? 's' : ''}`;
/** @param {number | null | undefined} allowed @param {string} nouns */
const upTo = (allowed, nouns) => (allowed ? ` (${number(allowed)} ${nouns} au plus)` : '');
/** @param {readonly string[]} names */
const inSheets = (names) =>
  names.length === 0
    ? ''
    : ` dans ${names.length > 1 ? 'les feuilles' : 'la feuille'} ${names.map(quoted).join(', ')}`;

export const frenchValues = {
  verdicts: {
    PENDING: 'En cours',
    ELIGIBLE: 'Éligible',
    ELIGIBLE_WITH_CONDITIONS: 'Éligible sous conditions',
    QUOTE_REQUIRED: 'Sur devis',
    NOT_YET: 'Pas encore disponible',
    NOT_ELIGIBLE: 'Non éligible',
    UNDETERMINED: 'Indéterminé',
  },
  sentences: {
    PENDING: 'Les opérateurs étudient votre demande.',
    ELIGIBLE: 'Ce site peut être livré.',
    ELIGIBLE_WITH_CONDITIONS: 'Ce site peut être livré, avec des réserves.',
    QUOTE_REQUIRED: 'Ce site peut être livré, sur devis.',
    NOT_YET: 'Ce site ne peut pas être livré aujourd’hui ; il le sera plus tard.',
    NOT_ELIGIBLE: 'Tous les opérateurs ont répondu que ce site ne peut pas être livré.',
    UNDETERMINED: 'Ce n’est pas un refus.',
  },
  outcomes: {
    PENDING: 'En cours',
    ANSWERED: 'A répondu',
    SKIPPED: 'Non interrogé',
    FAILED: 'En échec',
  },
  stages: {
    ACKNOWLEDGED: 'demande reçue',
    IN_PROGRESS_ELIGIBILITY: 'vérification du site',
    IN_PROGRESS_OFFER: 'recherche des offres',
    IN_PROGRESS_PRICE: 'calcul des prix',
    DONE_READY: 'terminé',
    DONE_UNABLE_TO_PROVIDE: 'terminé',
    TERMINATED_WITH_ERROR: 'terminé en erreur',
    UNRECOGNISED: 'étape inconnue',
  },
  skips: {
    ADDRESS_NOT_FOUND: 'Aucun bâtiment connu à cette adresse.',
    NOT_CONFIGURED: 'Cet opérateur n’est pas activé ici.',
    NOT_REQUESTED: 'Vous n’avez pas choisi cet opérateur.',
    SITE_AMBIGUOUS: 'Choisissez d’abord le bâtiment.',
    SITE_KEY_INVALID: 'Cet opérateur n’accepte pas la référence donnée.',
    SITE_KEY_MISSING: 'Il manque la référence du site que cet opérateur demande.',
    SITE_UNKNOWN: 'Cet opérateur ne connaît pas ce site.',
  },
  failures: {
    CIRCUIT_OPEN: 'L’opérateur est en panne. Il sera réinterrogé dans un instant.',
    FORBIDDEN: 'Notre compte chez l’opérateur n’a pas droit à cette demande.',
    INVALID_RESPONSE: 'L’opérateur a envoyé une réponse inexploitable.',
    NOT_FOUND: 'L’opérateur ne retrouve pas cette demande.',
    QUALIFICATION_FAILED: 'L’étude de l’opérateur s’est terminée en erreur.',
    RATE_LIMITED: 'L’opérateur reçoit trop de demandes.',
    REJECTED: 'L’opérateur refuse la demande.',
    SERVER_ERROR: 'L’opérateur a une panne de son côté.',
    TIMEOUT: 'L’opérateur n’a pas répondu à temps.',
    UNAUTHENTICATED: 'L’opérateur refuse nos identifiants : prévenez votre administrateur.',
    UNREACHABLE: 'L’opérateur est injoignable.',
    UPSTREAM_UNREACHABLE:
      'La recherche d’adresses, ou un fournisseur de l’opérateur, ne répond pas.',
  },
  reasons: {
    NOT_COVERED: 'Zone non couverte',
    NOT_YET: 'Pas encore disponible',
    NOT_CONNECTED: 'Bâtiment ou prise non raccordés',
    TECHNICAL: 'Techniquement impossible',
    CAPACITY: 'Réseau ou câble saturé',
    CHECK: 'Vérification sur place nécessaire',
    LEAD_TIME: 'Délai allongé',
    COMMERCIAL: 'Non commercialisé',
    UNDETERMINED: 'L’opérateur n’a pas pu conclure',
    OTHER: 'Autre raison',
  },
  prices: {
    KNOWN: '',
    NOT_PUBLISHED: 'non publié',
    NOT_RESOLVED: 'non demandé',
    ON_QUOTATION: 'sur devis',
    SEE_CONTRACT: 'selon contrat',
    UNREADABLE: 'illisible',
  },
  problems: /** @satisfies {Readonly<Record<string, Sentence>>} */ ({
    UNREACHABLE: 'Le service est injoignable. Vérifiez votre connexion, puis réessayez.',
    FORBIDDEN: ({ scope }) =>
      `Votre clé ${scope === 'qualify' ? 'permet de consulter, pas d’interroger les opérateurs : demandez-en une autre à votre administrateur' : 'n’y donne pas droit'}.`,
    RATE_LIMITED: ({ retryAfterSeconds: seconds }) =>
      seconds === null
        ? 'C’est plus que votre clé ne permet en une minute : envoyez la liste en plusieurs parties.'
        : `Trop de demandes en une minute. Réessayez dans ${seconds === undefined ? 'un instant' : count(seconds, 'seconde')}.`,
    NOT_FOUND: 'Cet élément n’existe pas ou plus.',
    STORE_UNAVAILABLE: 'La base de données du service ne répond pas. Réessayez dans un instant.',
    SHUTTING_DOWN: 'Le service redémarre. Réessayez dans un instant.',
    GEOCODER: 'La recherche d’adresses ne répond pas. Réessayez dans un instant.',
    DIRECTORY: 'L’annuaire des entreprises ne répond pas. Réessayez dans un instant.',
    DEADLINE_EXCEEDED: 'La réponse a pris trop de temps. Réessayez.',
    other: ({ code }) => `Le service n’a pas pu répondre (${code}).`,
    LIMIT_EXCEEDED: ({ limit, allowed }) =>
      limit === 'uploads' || limit === 'requests'
        ? `Vous envoyez ou recevez déjà ${allowed} fichiers : attendez que l’un d’eux soit terminé.`
        : limit === 'subscriptions'
          ? `Vous suivez déjà ${allowed} questions ou listes : fermez des onglets, puis rechargez la page.`
          : 'C’est trop demandé en une fois.',
    AUTHENTICATION_UNAVAILABLE:
      'Votre clé ne peut pas être vérifiée pour l’instant. Réessayez dans un instant.',
    HOST_NOT_ALLOWED:
      'Le service refuse l’adresse sous laquelle vous ouvrez la page : prévenez votre administrateur (ALLOWED_HOSTS).',
    BODY_TOO_LARGE: 'Le texte saisi est trop long.',
    REQUEST_TIMEOUT: 'L’envoi a pris trop de temps. Vérifiez votre connexion, puis réessayez.',
    BAD_REQUEST: 'L’envoi n’est pas arrivé entier. Réessayez.',
    NOT_LOADED: 'Cette partie de la page n’a pas pu être chargée. Rechargez la page.',
    GRAPHQL_VALIDATION_FAILED: 'Le service a été mis à jour : rechargez la page.',
    INTERNAL_SERVER_ERROR: ({ errorId }) =>
      `Erreur inattendue du service${errorId ? ` : donnez la référence ${errorId} à votre administrateur` : ''}.`,
  }),
  issues: /** @satisfies {Readonly<Record<string, Sentence>>} */ ({
    SITE_KEY_MISSING: 'Indiquez une adresse ou une référence.',
    SITE_KEYS_CONTRADICT: 'Les références désignent des sites différents.',
    OTP_FORMAT: 'Cette référence de prise n’a pas la bonne forme (FI-3790-3415).',
    BUILDING_FORMAT: 'Cette référence d’immeuble n’a pas la bonne forme (IMB/76451/C/0019).',
    LINE_NUMBER_FORMAT: 'Ce numéro de ligne n’a pas dix chiffres.',
    SIRET_INVALID: 'Ce SIRET est faux : vérifiez ses 14 chiffres.',
    ADDRESS_ID_INVALID: 'Cette clé d’adresse n’a pas la bonne forme.',
    LOCATION_OUT_OF_RANGE: 'Ces coordonnées sont hors du globe.',
    TEXT_TOO_SHORT: 'Tapez au moins trois lettres ou chiffres.',
    TEXT_TOO_LONG: ({ allowed }) => `Ce texte est trop long${upTo(allowed, 'caractères')}.`,
    POST_CODE_INVALID: 'Ce code postal n’a pas cinq chiffres.',
    INSEE_CODE_INVALID: 'Ce code INSEE n’a pas cinq caractères (76451 ou 2A004).',
    ROW_RAGGED: ({ allowed, found }) =>
      `${allowed && found ? `La ligne a ${count(found, 'cellule')}, et l’en-tête ${allowed}` : 'La ligne n’a pas le même nombre de cellules que l’en-tête'} : un séparateur ou un retour à la ligne n’est pas entre guillemets.`,
    CELL_TOO_LONG: ({ allowed }) => `Cette cellule est trop longue${upTo(allowed, 'caractères')}.`,
    CELL_ERROR: 'Le tableur affiche une erreur : corrigez la formule.',
    NUMBER_SHORTENED:
      'Le tableur a abrégé ce nombre et perdu des chiffres : passez la colonne en texte, puis ressaisissez-le.',
    NUMBER_MADE_DATE:
      'Le tableur en a fait une date : passez la colonne en texte, puis ressaisissez la valeur.',
    LINE_STATUS_UNKNOWN: 'État de ligne inconnu : écrivez « active » ou « inactive ».',
    ACTIVATION_TYPE_UNKNOWN:
      'Opération inconnue : écrivez ACTIVATE, CREATE, CREATE_NEIGHBOUR ou CREATE_NEARBY.',
    COORDINATE_MISSING: 'Il manque l’une des deux coordonnées.',
    COORDINATE_INVALID: 'Coordonnées illisibles : donnez des degrés décimaux, comme 49,4568.',
    COORDINATES_SWAPPED: 'Latitude et longitude sont inversées : échangez les deux colonnes.',
    LOCATION_OUTSIDE_FRANCE: 'Ces coordonnées ne sont pas en France.',
    SITE_UNKNOWN: 'L’opérateur ne connaît pas ce site sous cette référence.',
    ELIGIBILITY_ID_EMPTY: 'L’identifiant Covage est vide.',
    KEY_EMPTY: 'Cette référence est vide.',
    CHARACTER_INVALID: 'Ce texte contient un caractère illisible : ressaisissez-le.',
    CONTROL_CHARACTER: 'Ce texte contient un caractère invisible : ressaisissez-le.',
    INVALID: 'Cette valeur n’est pas acceptée.',
    SITES_EMPTY: 'La liste est vide.',
    BATCH_UNKNOWN: 'Cette liste n’existe pas, ou plus.',
    FILE_TOO_LARGE: ({ allowed }) =>
      `Le fichier est trop volumineux${allowed && allowed < 1024 * 1024 ? upTo(allowed / 1024, 'Ko') : upTo(allowed && allowed / 1024 / 1024, 'Mo')} : envoyez-le en plusieurs parties.`,
    TOO_MANY_ROWS: ({ allowed }) =>
      `Le fichier a trop de lignes : envoyez-le en plusieurs parties${upTo(allowed, 'lignes')}.`,
    TOO_MANY_COLUMNS: ({ allowed, found, cell }) =>
      `Le fichier a ${cell ? `une cellule remplie en ${cell}` : `${found ?? 'trop de'} colonnes`}${upTo(allowed, 'colonnes')} : supprimez les colonnes en trop.`,
    FILE_TOO_COMPLEX:
      'Le classeur est trop lourd pour une liste de sites : ne gardez que la feuille utile, sans mise en forme.',
    FILE_EMPTY: 'Le fichier est vide : il faut un en-tête, puis une ligne par site.',
    FILE_DAMAGED: 'Le fichier est abîmé ou incomplet : enregistrez-le de nouveau.',
    FILE_ENCRYPTED:
      'Le fichier est protégé par un mot de passe : retirez-le, puis renvoyez le fichier.',
    FORMAT_NOT_SUPPORTED: ({ format }) =>
      `${format && format in formats ? `Le fichier est ${formats[format]}` : 'Ce n’est ni un CSV ni un classeur XLSX'} : ouvrez-le dans un tableur, puis enregistrez-le en XLSX ou en CSV.`,
    HEADING_MISSING: ({ headings = [], sheets = [], projected }) =>
      [
        `Aucun en-tête ne désigne un site${inSheets(sheets)}${headings.length > 0 ? ` : la première ligne est ${headings.map(quoted).join(', ')}` : ''}.`,
        'Nommez au moins une colonne « Adresse », « SIRET », « IMB », « PTO » ou « ND », ou deux « Latitude » et « Longitude ».',
        ...(projected ? ['Si X et Y sont des mètres, convertissez-les en degrés.'] : []),
      ].join(' '),
    HEADING_AMBIGUOUS: ({ columns = [] }) =>
      `${columns.length === 2 ? `Les colonnes ${columns.map(({ letter, heading }) => `${letter} ${quoted(heading)}`).join(' et ')} décrivent` : 'Deux colonnes décrivent'} la même chose : renommez ou supprimez celle qui est en trop.`,
    QUOTE_UNBALANCED: ({ line }) =>
      `Un guillemet ouvert${line ? ` à la ligne ${line}` : ''} n’est jamais refermé dans le CSV.`,
    ROW_TOO_LONG: ({ line }) =>
      `${line ? `La ligne ${line}` : 'Une ligne'} du CSV est trop longue : supprimez les colonnes qui ne servent pas.`,
    UPLOADS_BUSY: 'Le service reçoit déjà beaucoup de fichiers. Réessayez dans un instant.',
    FILE_CHANGED:
      'Le fichier a été modifié ou déplacé depuis que vous l’avez choisi : choisissez-le de nouveau.',
  }),
};
