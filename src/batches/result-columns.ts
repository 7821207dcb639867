// The columns that results add to a table. They are left out when the file of the results is sent in its turn.

export type ResultLanguage = 'fr' | 'en';

/** The headings of the added columns in each language, in the order of the columns. */
export const resultHeadings = {
  verdict: { fr: 'Verdict', en: 'Verdict' },
  state: { fr: 'Avancement', en: 'Progress' },
  refusal: { fr: 'Motif du refus', en: 'Why refused' },
  line: { fr: 'Ligne du fichier', en: 'Row of the file' },
  resolvedAddress: { fr: 'Adresse retenue', en: 'Resolved address' },
  resolvedBuilding: { fr: 'Immeuble retenu', en: 'Resolved building' },
  resolution: { fr: "Recherche de l'adresse", en: 'Address search' },
  offerOperator: { fr: 'Offre : opérateur', en: 'Offer: operator' },
  offerNetwork: { fr: 'Offre : réseau', en: 'Offer: network' },
  offerName: { fr: 'Offre : nom', en: 'Offer: name' },
  offerTechnology: { fr: 'Offre : technologie', en: 'Offer: technology' },
  offerVerdict: { fr: 'Offre : verdict', en: 'Offer: verdict' },
  maxBandwidth: { fr: 'Offre : débit maximal (Mbit/s)', en: 'Offer: highest bandwidth (Mbit/s)' },
  guaranteedBandwidth: {
    fr: 'Offre : débit garanti (Mbit/s)',
    en: 'Offer: guaranteed bandwidth (Mbit/s)',
  },
  price: { fr: 'Offre : prix mensuel HT (EUR)', en: 'Offer: monthly price excl. VAT (EUR)' },
  priceStatus: { fr: 'Offre : état du prix', en: 'Offer: price status' },
  setupFee: { fr: "Offre : frais d'accès HT (EUR)", en: 'Offer: setup fee excl. VAT (EUR)' },
  setupFeeStatus: { fr: 'Offre : état des frais', en: 'Offer: setup fee status' },
  leadTime: { fr: 'Offre : délai (jours)', en: 'Offer: lead time (days)' },
  commitment: { fr: 'Offre : engagement (mois)', en: 'Offer: commitment (months)' },
  validUntil: { fr: "Offre : valable jusqu'au", en: 'Offer: valid until' },
  availability: { fr: 'Offre : disponibilité', en: 'Offer: availability' },
  reasons: { fr: 'Offre : motifs et conditions', en: 'Offer: reasons and conditions' },
  qualificationId: { fr: 'Identifiant de la qualification', en: 'Site qualification id' },
} as const;
export type ResultColumn = keyof typeof resultHeadings;

/** The heading of the column with one operator's answer. */
export function answerHeading(operator: string, language: ResultLanguage): string {
  return language === 'fr' ? `Réponse de ${operator}` : `Answer of ${operator}`;
}

const known = new Set<string>(
  Object.values(resultHeadings).flatMap((heading) => Object.values(heading)),
);

function isOfResult(heading: string): boolean {
  return known.has(heading) || /^(?:Réponse de|Answer of) \S+$/u.test(heading);
}

/** This many such headings in a row, a Verdict first, are no coincidence. */
const fewest = 8;

/**
 * The positions of the headings that an earlier result added: the first run of at least {@link fewest} from a Verdict on. A column
 * of the caller's own with the same heading stands elsewhere, and is not among them.
 */
export function resultColumnsIn(headings: readonly string[]): ReadonlySet<number> {
  for (const [start, heading] of headings.entries()) {
    if (heading !== resultHeadings.verdict.fr) continue;
    let end = start;
    while (isOfResult(headings[end] ?? '')) end += 1;
    if (end - start < fewest) continue;
    return new Set(Array.from({ length: end - start }, (_, index) => start + index));
  }
  return new Set();
}
