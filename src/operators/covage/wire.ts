import { z } from 'zod';
import { readMegabits } from '../../vocabulary/measure.ts';
import { lenientFields, UnreadableRecord, type Report } from '../calling/lenient.ts';
import type { QualificationState } from '../../vocabulary/state-change.ts';

// Covage's answers as they come over the wire, in Covage's spelling: only the members that this service reads, each of any type.
// The rows are those of the table of contradictions in Covage's documentation (docs/operators.md).

/** The answer of a token endpoint. */
export const tokenSchema = z.object({
  access_token: z.string().min(1),
  expires_in: z.number().positive().catch(60),
});

export interface WireQualification {
  readonly id?: unknown;
  readonly user?: unknown;
  readonly creation_date?: unknown;
  readonly external_id?: unknown;
  readonly project_id?: unknown;
  readonly effective_qualification_date?: unknown;
  readonly href?: unknown;
  readonly state?: unknown;
  readonly state_change?: unknown;
  // Row 2: the table says _details, the example _detail; the request's spelling may come back too.
  readonly product_offering_qualification_item_details?: unknown;
  readonly product_offering_qualification_item_detail?: unknown;
  readonly product_offering_qualification_items?: unknown;
  readonly product_offering_qualification_item?: unknown;
}

export interface WireUser {
  readonly email?: unknown;
  readonly first_name?: unknown;
  readonly last_name?: unknown;
}

export interface WireStateChange {
  readonly state?: unknown;
  readonly change_date?: unknown;
  readonly change_reason?: unknown;
}

/**
 * An item, on any of its routes. Zones and delivery dates have one member for each family (zone_bpe,
 * estimated_delivery_date_BPE): a family that Covage adds brings its own.
 */
export interface WireItem {
  readonly id?: unknown;
  readonly user?: unknown;
  readonly creation_date?: unknown;
  readonly tarif_zone?: unknown;
  readonly density?: unknown;
  readonly offer_families?: unknown;
  readonly offer_families_eligibility?: unknown;
  readonly offer_technologies?: unknown;
  readonly bandwidth_max?: unknown;
  readonly place?: unknown;
  readonly address?: unknown;
  readonly guaranteed_until_date?: unknown;
  readonly price?: unknown;
  readonly far?: unknown;
  readonly fas?: unknown;
  readonly state?: unknown;
  readonly state_change?: unknown;
  readonly product_offering_qualification_id?: unknown;
  readonly products_offering?: unknown;
  readonly resolve_pricing?: unknown;
}

export interface WirePlace {
  readonly location?: unknown;
  readonly building_ref?: unknown;
  readonly eligibility_id?: unknown;
}

export interface WireAddress {
  readonly label?: unknown;
  readonly street_ext?: unknown;
  readonly street_nr?: unknown;
  readonly city?: unknown;
  readonly street?: unknown;
}

export interface WireCity {
  readonly city_id?: unknown;
  readonly insee_code?: unknown;
  readonly city_name?: unknown;
  readonly post_code?: unknown;
}

export interface WireStreet {
  readonly street_id?: unknown;
  readonly street_name?: unknown;
}

/** An offer: of an item (`product_id`, `on_quotation`) or of the catalogue (`id` and the rest). */
export interface WireOffer {
  readonly id?: unknown;
  readonly product_id?: unknown;
  readonly href?: unknown;
  readonly name?: unknown;
  readonly description?: unknown;
  readonly bandwidth?: unknown;
  // Row 7: the table of offer details writes `bandwidthe`, its example `bandwidth`.
  readonly bandwidthe?: unknown;
  readonly bandwidth_guarantee?: unknown;
  readonly bandwidth_max?: unknown;
  // Row 20: "24MOIS", or a number of months as on orders.
  readonly commitment?: unknown;
  readonly offer_technology?: unknown;
  readonly offer_family?: unknown;
  readonly tarif_zone?: unknown;
  // Row 8: numbers in one table, text in another, null in the examples.
  readonly price?: unknown;
  readonly far?: unknown;
  readonly fas?: unknown;
  readonly on_quotation?: unknown;
  readonly recurring?: unknown;
  readonly available_options?: unknown;
  readonly last_update?: unknown;
}

export interface WireOption {
  readonly name?: unknown;
  readonly type?: unknown;
  readonly values?: unknown;
}

export interface WireOptionValue {
  readonly option_id?: unknown;
  readonly label?: unknown;
  readonly price?: unknown;
  readonly recurring?: unknown;
}

export interface WireFamily {
  readonly name?: unknown;
  readonly type?: unknown;
  readonly description?: unknown;
}

/** Readers for Covage's answers. They report each departure from the documented form that they tolerate. */
export function covageFields(report: Report) {
  const fields = lenientFields(report);
  return {
    ...fields,

    /** A record that must be there. Throws UnreadableRecord where it is none. */
    whole(given: unknown): object {
      if (typeof given === 'object' && given !== null && !Array.isArray(given)) return given;
      throw new UnreadableRecord('it is no object');
    },

    /** The id of a record; where it has one that cannot be read, the id that was `asked` for. */
    readId({ id }: { readonly id?: unknown }, asked: string | null): string {
      const isReadable = typeof id === 'string' ? id.trim() !== '' : Number.isFinite(id);
      if (asked === null || id === undefined || isReadable) return fields.id('id', id);
      report('unreadable-id');
      return asked;
    },

    /** Rows 5 and 6: bandwidths are text in the tables and numbers in the examples; text may have its unit. */
    megabits: (name: string, given: unknown): number | null =>
      fields.spelled(name, given, readMegabits),
  };
}

export type CovageFields = ReturnType<typeof covageFields>;

const states: ReadonlyMap<string, QualificationState> = new Map([
  ['acknowledged', 'ACKNOWLEDGED'],
  ['in_progress.elig', 'IN_PROGRESS_ELIGIBILITY'],
  ['in_progress.offer', 'IN_PROGRESS_OFFER'],
  ['in_progress.price', 'IN_PROGRESS_PRICE'],
  ['done.ready', 'DONE_READY'],
  ['done.unable_to_provide', 'DONE_UNABLE_TO_PROVIDE'],
  ['terminated_with_error', 'TERMINATED_WITH_ERROR'],
]);
const words = new Map([...states].map(([word, state]) => [state, word]));

/** The state that Covage's word names, in any case and with any blanks. A word that is not documented is `UNRECOGNISED`. */
export function readStateWord(word: string): QualificationState {
  return states.get(word) ?? states.get(plainState(word)) ?? 'UNRECOGNISED';
}

/** Covage's word for a state; null for `UNRECOGNISED`, which has none. */
export function spellState(state: QualificationState): string | null {
  return words.get(state) ?? null;
}

/** A state, and its text as it was sent. The text is empty where none was sent, or none that can be read. */
export interface ReadState {
  readonly state: QualificationState;
  readonly stateText: string;
}

/** Reads the state of a qualification, of an item or of a change in a history. */
export function readState(fields: CovageFields, given: unknown): ReadState {
  const stateText = fields.text('state', given) ?? '';
  const state = readStateWord(stateText);
  if (state !== 'UNRECOGNISED' && given !== words.get(state)) {
    fields.report('state-in-another-spelling');
  }
  return { state, stateText };
}

/** Whether two states are the same one, however they are spelled. */
export function isSameState(one: ReadState | undefined, other: ReadState | undefined): boolean {
  if (one?.state !== other?.state) return false;
  return (
    one?.state !== 'UNRECOGNISED' ||
    plainState(one.stateText) === plainState(other?.stateText ?? '')
  );
}

function plainState(word: string): string {
  return word.replaceAll(/\s/gu, '').toLowerCase();
}
