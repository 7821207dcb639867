// What the bench's upstream says: as Covage's documents show it, and as much of it.

/** How many qualifications are asked about in turn, so that nobody wins by sharing one call. */
export const qualificationCount = 512;
/** How many offers each item has. */
export const offersPerItem = 10;

const catalogueSize = 400;
const bandwidths = [20, 100, 200, 500, 1000, 10_000];
const families = ['BPE', 'BPEA', 'DIA'];
const months = [12, 24, 36];

/** An offer as the catalogue's list by identifiers has it. */
export interface WireOffer {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly bandwidth: string;
  readonly bandwidth_guarantee: number;
  readonly bandwidth_max: number;
  readonly commitment: string;
  readonly tarif_zone: string;
  readonly offer_family: string;
  readonly offer_technology: string;
  readonly last_update: string;
  readonly far: number;
  readonly fas: number;
  readonly price: number;
}

/** An offer as an item lists it. */
export type WireItemOffer = Omit<WireOffer, 'id' | 'last_update'> & {
  readonly product_id: string;
  readonly on_quotation: boolean;
};

/** One entry of a history of states. */
export interface WireStateChange {
  readonly change_reason: string;
  readonly change_date: string;
  readonly state: string;
}

/** A qualification, as far as the contenders read it. */
export interface WireQualification {
  readonly id: string;
  readonly creation_date: string;
  readonly state: string;
  readonly state_change: readonly WireStateChange[];
  readonly product_offering_qualification_item_detail: readonly WireItem[];
}

/** An item in its qualification, as far as the contenders read it. */
export interface WireItem {
  readonly id: string;
  readonly estimated_delivery_date_BPE: string;
  readonly estimated_delivery_date_BPEA: string;
  readonly estimated_delivery_date_DIA: string;
  readonly place: {
    readonly location: { readonly x: number; readonly y: number };
    readonly building_ref: string;
    readonly eligibility_id: string;
  };
  readonly address: {
    readonly label: string;
    readonly street_nr: string;
    readonly city: {
      readonly insee_code: string;
      readonly city_name: string;
      readonly post_code: string;
    };
    readonly street: { readonly street_name: string };
  };
  readonly state: string;
  readonly products_offering: readonly WireItemOffer[];
}

/** The offer of the catalogue at a position; any position has one. */
export function offerAt(position: number): WireOffer {
  const max = bandwidths[position % bandwidths.length] ?? 20;
  const family = families[position % families.length] ?? 'BPE';
  const commitment = months[Math.floor(position / 6) % months.length] ?? 12;
  const text = max < 1000 ? `${max}M` : `${max / 1000}G`;
  return {
    id: `${family}_${text}_${commitment}MOIS_${position}`,
    name: `${family} ${text}_${commitment} mois`,
    description: `${family} ${text}`,
    bandwidth: text,
    bandwidth_guarantee: max,
    bandwidth_max: max,
    commitment: `${commitment}MOIS`,
    tarif_zone: position % 4 === 0 ? 'DENSE' : '',
    offer_family: family,
    offer_technology: 'FIBDE',
    last_update: `2025-01-${String(1 + (position % 28)).padStart(2, '0')}T07:30:00Z`,
    far: 960 - (position % 5) * 120,
    fas: 480,
    price: 120 + position * 0.5,
  };
}

/** The whole catalogue that qualifications choose from. */
export const catalogue: readonly WireOffer[] = Array.from({ length: catalogueSize }, (_, index) =>
  offerAt(index),
);

/** The identifier of the qualification at a position. */
export function qualificationId(position: number): string {
  return `2eaf7b5b-384d-4cb7-8d9b-${position.toString(16).padStart(12, '0')}`;
}

const created = '2025-04-04T10:07:24.274+02:00';

/** The documented stages of a qualification, with the milliseconds after its creation. */
export const documentedStages: readonly (readonly [state: string, afterMs: number])[] = [
  ['acknowledged', 0],
  ['in_progress.elig', 400],
  ['in_progress.offer', 500],
  ['in_progress.price', 2100],
  ['done.ready', 2300],
];

/** How large a qualification is. */
export interface Size {
  readonly items: number;
  readonly offers: number;
}

/** A finished qualification. */
export function qualificationAt(
  position: number,
  { items, offers }: Size = { items: 1, offers: offersPerItem },
): WireQualification {
  const history = documentedStages.map(([state, afterMs]) => ({
    change_reason: '',
    change_date: dateText(Date.parse(created) + afterMs),
    state,
  }));
  return wholeQualification(
    qualificationId(position),
    created,
    history,
    Array.from({ length: items }, (_, index) => itemAt(position, index, offers, history)),
  );
}

/** A qualification that is under way: its history so far, and an item without offers. */
export function qualificationUnderWay(
  id: string,
  history: readonly WireStateChange[],
): WireQualification {
  return wholeQualification(id, history[0]?.change_date ?? created, history, [
    itemAt(0, 0, history.at(-1)?.state.startsWith('done') ? offersPerItem : 0, history),
  ]);
}

/** An instant as Covage writes it. */
export function dateText(ms: number): string {
  return new Date(ms).toISOString().replace('Z', '+00:00');
}

const user = { email: 'anonymous@example.fr', first_name: 'Ano', last_name: 'Nymous' };

function wholeQualification(
  id: string,
  creationDate: string,
  history: readonly WireStateChange[],
  items: readonly WireItem[],
): WireQualification {
  const whole = {
    id,
    user,
    creation_date: creationDate,
    external_id: `bench-${id.slice(-6)}`,
    project_id: 'bench',
    effective_qualification_date: history.at(-1)?.change_date ?? null,
    href: '',
    state: history.at(-1)?.state ?? 'acknowledged',
    state_change: history,
    product_offering_qualification_item_detail: items,
  };
  return whole;
}

function itemAt(
  position: number,
  index: number,
  offers: number,
  history: readonly WireStateChange[],
): WireItem {
  const building = `IMB/76540/C/${((position * 7 + index) % 65_536).toString(16).toUpperCase().padStart(4, '0')}`;
  const x = 1 + (position % 1000) / 10_000;
  const y = 49 + (index % 1000) / 10_000;
  const whole = {
    id: `8c85df70-5256-468d-${index.toString(16).padStart(4, '0')}-${position.toString(16).padStart(12, '0')}`,
    user,
    tarif_zone: '',
    offer_families: families,
    zone_bpe: 1,
    zone_bpea: 1,
    zone_dia: 1,
    estimated_delivery_date_BPE: 'T0 + 12 SEMAINES',
    estimated_delivery_date_BPEA: 'T0 + 10 SEMAINES',
    estimated_delivery_date_DIA: 'T0 + 14 SEMAINES',
    bandwidth_max: 10_000,
    density: 'TD',
    place: {
      location: { x, y },
      building_ref: building,
      eligibility_id: Buffer.from(`(x:${x};y:${y};b:${building})`).toString('base64'),
    },
    address: {
      label: `${1 + position} Rue Jeanne d’Arc 76000 Rouen`,
      street_ext: '',
      street_nr: String(1 + position),
      city: { city_id: '76540', insee_code: '76540', city_name: 'ROUEN', post_code: '76000' },
      street: { street_id: '76540488F', street_name: 'Rue Jeanne d’Arc' },
    },
    guaranteed_until_date: null,
    price: 138,
    far: 960,
    fas: 480,
    state: history.at(-1)?.state ?? 'acknowledged',
    state_change: history,
    product_offering_qualification_id: qualificationId(position),
    products_offering: Array.from({ length: offers }, (_, offer) =>
      // A stride without a common divisor with the catalogue: other offers in another order for each.
      itemOffer(
        offerAt((position * 37 + index * 11 + offer * 3) % Math.max(catalogueSize, offers)),
      ),
    ),
    resolve_pricing: true,
  };
  return whole;
}

function itemOffer(offer: WireOffer): WireItemOffer {
  return {
    product_id: offer.id,
    name: offer.name,
    description: offer.description,
    bandwidth: offer.bandwidth,
    bandwidth_guarantee: offer.bandwidth_guarantee,
    bandwidth_max: offer.bandwidth_max,
    commitment: offer.commitment,
    offer_technology: offer.offer_technology,
    offer_family: offer.offer_family,
    tarif_zone: offer.tarif_zone,
    price: offer.price,
    far: offer.far,
    fas: offer.fas,
    on_quotation: false,
  };
}
