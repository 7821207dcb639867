import { businesses } from './addresses/businesses.ts';
import { knownAddresses, type KnownAddress } from './addresses/known-addresses.ts';
import { encodeEligibilityId } from './covage/eligibility-id.ts';
import { lines } from './kosc/lines.ts';
import { otps } from './kosc/otps.ts';
import { places } from './places.ts';
import { defects, headings, type Cells, type Defect } from './tender-defects.ts';

/** A row of a tender. */
export interface TenderRow {
  /** Its line in the file, the heading being line 1. */
  readonly line: number;
  readonly cells: readonly string[];
  /** What is wrong with it; null of a row that can be asked about. */
  readonly defect: Defect | null;
  /** The line of an earlier row that names the same site in the same words; null where none does. */
  readonly sameAs: number | null;
}

/** About one row in so many is wrong, and at most {@link mostDefects}. */
const rowsForADefect = 10;
const mostDefects = 2 * defects.length;
const rowsForADuplicate = 50;

const everyPlace = Object.values(places);
const buildings = [...new Set(knownAddresses.flatMap(({ buildingRefs }) => buildingRefs))];

function pick<T>(things: readonly T[], index: number): T {
  const thing = things[index % things.length];
  if (thing === undefined) throw new RangeError('There is nothing to pick from.');
  return thing;
}

/** How people write one address; the spellings mean the same place. */
const spellings: readonly ((address: KnownAddress) => Cells)[] = [
  (one) => ({ Adresse: `${one.houseNumber} ${one.street}`, Ville: one.city }),
  (one) => ({ Adresse: `${one.houseNumber}, ${one.street}`, Ville: one.city.toUpperCase() }),
  (one) => ({ Adresse: `${one.houseNumber} ${one.street}`.toUpperCase(), Ville: one.city }),
  (one) => ({
    Adresse: `${one.houseNumber} ${shortened(one.street)}`,
    Ville: one.city.replaceAll('-', ' '),
  }),
];

function shortened(street: string): string {
  return street
    .replace(/^Avenue/, 'Av.')
    .replace(/^Boulevard/, 'Bd')
    .replace(/^Place/, 'Pl')
    .replace('Général', 'Gal');
}

/** A spreadsheet takes the zero away that a number begins with. */
function withoutZero(digits: string): string {
  return digits.replace(/^0/, '');
}

/** A way to name a site: how often it has its turn, and how many different sites there are to name so. */
interface Kind {
  readonly share: number;
  readonly size: number;
  cellsOf(index: number): Cells;
}

/** Of these there is no end, and so they follow where others do. */
const byEligibilityId: Kind = {
  share: 9,
  size: Infinity,
  cellsOf(index) {
    const { longitude, latitude } = pick(everyPlace, index);
    const moved = Math.floor(index / everyPlace.length) + 1;
    const point = {
      longitude: Number((longitude + moved * 0.0001).toFixed(4)),
      latitude: Number((latitude + (moved % 7) * 0.0001).toFixed(4)),
    };
    return { 'Id éligibilité': encodeEligibilityId({ ...point, buildingRef: null }) };
  },
};

/** By turns, so that a tender of any length has all of them; most sites have a key, as in a second round. */
const kinds: readonly Kind[] = [
  byEligibilityId,
  {
    share: 6,
    size: spellings.length * knownAddresses.length,
    cellsOf(index) {
      const one = pick(knownAddresses, index);
      const spell = pick(spellings, Math.floor(index / knownAddresses.length));
      return { ...spell(one), 'Code postal': withoutZero(one.postCode) };
    },
  },
  {
    share: 2,
    size: buildings.length,
    cellsOf: (index) => ({ 'Code immeuble': pick(buildings, index) }),
  },
  {
    share: 1,
    size: businesses.length,
    cellsOf: (index) => ({ SIRET: pick(businesses, index).siret }),
  },
  {
    share: 1,
    size: lines.length,
    cellsOf(index) {
      const { number, status } = pick(lines, index);
      const isActive = status === 'active';
      return {
        ND: withoutZero(number),
        'Statut ligne': isActive ? 'En service' : 'Résiliée',
        Activation: isActive ? 'Reprise' : 'Création',
      };
    },
  },
  { share: 1, size: otps.length, cellsOf: (index) => ({ 'Réf. PTO': pick(otps, index).ref }) },
];

/** What must come out as it went in: formulas, quotation marks, delimiters, breaks and letters of every kind. */
const remarks = [
  '',
  '=HYPERLINK("http://example.com";"plan")',
  'accès par la cour ; code 12B4',
  'bâtiment « C », 2e étage',
  '+33 6 00 00 00 00',
  'deux\nlignes',
  'coût € – à négocier',
];

/** The rows of a tender of so many, always the same ones. `breaksCount`: a line break in a cell counts as a line, as in CSV. */
export function* tenderRows(count: number, breaksCount: boolean): Generator<TenderRow> {
  const wrong = Math.min(mostDefects, Math.floor(count / rowsForADefect));
  const turns = kinds.flatMap((kind) => Array.from({ length: kind.share }, () => kind));
  const used = new Map(kinds.map((kind) => [kind, 0]));
  const seen = new Map<string, number>();
  let line = 2;
  let [good, bad] = [0, 0];
  let last: Cells = {};
  for (let index = 0; index < count; index += 1) {
    // Spread evenly, the first row and the last one good.
    const isDue = bad < wrong && index === Math.floor(((bad + 0.5) * count) / wrong);
    const defect = isDue ? pick(defects, bad) : null;
    if (defect === null) {
      const isCopy = good > 0 && good % rowsForADuplicate === 0;
      if (!isCopy) {
        const due = pick(turns, good);
        const kind = (used.get(due) ?? 0) < due.size ? due : byEligibilityId;
        const position = used.get(kind) ?? 0;
        used.set(kind, position + 1);
        last = kind.cellsOf(position);
      }
      good += 1;
    } else {
      bad += 1;
    }
    const site: Cells = defect?.cells ?? last;
    const name: Cells = {
      'Réf. site': `S${String(index + 1).padStart(5, '0')}`,
      'Raison sociale': pick(['Société Générique', 'Boulangerie « Au Pétrin »', 'Œuvre'], index),
      Remarques: pick(remarks, index),
    };
    const row = { ...name, ...site };
    const cells = [...headings.map((heading) => row[heading] ?? ''), ...(defect?.extra ?? [])];
    const key = JSON.stringify(site);
    const sameAs = defect === null ? (seen.get(key) ?? null) : null;
    if (defect === null && sameAs === null) seen.set(key, line);
    yield { line, cells, defect, sameAs };
    line += 1 + (breaksCount ? cells.join('').split('\n').length - 1 : 0);
  }
}
