import type { CovageVariant } from './variants.ts';

/** What a body is of, where a variant breaks the JSON of one kind only. */
export type BodyKind = 'creation' | 'qualification' | 'other';

/** How values are written on the wire, under the variants in force. */
export class Spelling {
  readonly #variants: ReadonlySet<CovageVariant>;

  constructor(variants: Iterable<CovageVariant>) {
    this.#variants = new Set(variants);
  }

  /** Whether a variant is in force. */
  has(variant: CovageVariant): boolean {
    return this.#variants.has(variant);
  }

  /**
   * A date of the qualification's life. The documentation's examples are Paris time in summer; the offset is kept in winter, since
   * it is the same moment and one form is easier to compare with the documents.
   */
  timestamp(at: number): string {
    if (this.has('timestamps-utc-seconds')) return this.catalogueTimestamp(at);
    if (this.has('timestamps-paris')) {
      const hours = parisOffsetHours(at);
      return `${shifted(at, hours).slice(0, -1)}000+0${hours}:00`;
    }
    return `${shifted(at, 2).slice(0, -1)}+02:00`;
  }

  /** A date of the catalogue, as the documentation prints `last_update`. */
  catalogueTimestamp(at: number): string {
    return `${new Date(at).toISOString().slice(0, 19)}Z`;
  }

  /** An amount of money, or null. */
  money(amount: number | null): number | string | null {
    return amount !== null && this.has('prices-as-string') ? amount.toFixed(2) : amount;
  }

  /** A guaranteed bandwidth. */
  guarantee(mbits: number): number | string {
    if (this.has('bandwidth-guarantee-as-string')) return mbits.toFixed(1);
    return this.has('bandwidth-guarantee-with-unit') ? `${mbits}M` : mbits;
  }

  /** A maximum bandwidth, or null. */
  bandwidthMax(mbits: number | null): number | string | null {
    if (mbits === null) return null;
    if (this.has('bandwidth-max-as-string')) return mbits.toFixed(1);
    return this.has('bandwidth-max-with-unit') ? `${mbits}M` : mbits;
  }

  /** A commitment. */
  commitment(months: number): string | number {
    return this.has('commitment-as-number') ? months : `${months}MOIS`;
  }

  /** The building reference as a part of an object, since it may be absent. */
  buildingRef(reference: string | null): { building_ref?: string | null } {
    if (reference !== null) return { building_ref: reference };
    if (this.has('building-ref-absent')) return {};
    if (this.has('building-ref-null')) return { building_ref: null };
    return { building_ref: this.has('building-ref-none') ? 'None' : '' };
  }

  /** The link to a resource as a part of an object, since it may be absent. */
  href(link: string): { href?: string } {
    if (this.has('href-absent')) return {};
    return { href: this.has('href-filled') ? link : '' };
  }

  /** A description as a part of an object, since it may be absent. */
  description(text: string): { description?: string } {
    return this.has('description-absent') ? {} : { description: text };
  }

  /** An error message of the framework, in the language in force. */
  message(english: string): string {
    return this.has('messages-in-french') ? (french[english] ?? english) : english;
  }

  /** The text of a body, with the errors of the documentation's examples where they are in force. */
  serialise(kind: BodyKind, body: unknown): string {
    let text = JSON.stringify(body);
    if (kind === 'creation' && this.has('json-trailing-comma')) {
      text = text.replace(/("creation_date":"[^"]*")\}$/, '$1,\n}');
    }
    if (this.has('json-missing-comma')) {
      text = text.replaceAll(/"tarif_zone":"",(?="(?:price|on_quotation)")/g, '"tarif_zone":""\n');
    }
    if (kind === 'qualification' && this.has('json-never-closed')) text = text.slice(0, -1);
    return text;
  }
}

function shifted(at: number, hours: number): string {
  return new Date(at + hours * 3_600_000).toISOString();
}

/** 2 from the last Sunday of March to the last Sunday of October, 01:00 UTC, else 1. */
function parisOffsetHours(at: number): 1 | 2 {
  const year = new Date(at).getUTCFullYear();
  const lastSunday = (month: number) => {
    const end = new Date(Date.UTC(year, month + 1, 0, 1));
    return end.getTime() - end.getUTCDay() * 86_400_000;
  };
  return at >= lastSunday(2) && at < lastSunday(9) ? 2 : 1;
}

const french: Record<string, string> = {
  'Not found.': 'Pas trouvé.',
  'Invalid page.': 'Page invalide.',
  'This field is required.': 'Ce champ est obligatoire.',
  'This field may not be null.': 'Ce champ ne peut être nul.',
  'This field may not be blank.': 'Ce champ ne peut être vide.',
  'This list may not be empty.': 'Cette liste ne peut pas être vide.',
  'Not a valid string.': 'Chaîne de caractère invalide.',
  'Must be a valid boolean.': 'Doit être un booléen valide.',
  'A valid integer is required.': 'Un nombre entier valide est requis.',
  'Enter a valid date/time.': 'Saisissez une date et une heure valides.',
  'Authentication credentials were not provided.': 'Informations d’authentification non fournies.',
  'Given token not valid for any token type': 'Le jeton fourni n’est pas valable.',
};
