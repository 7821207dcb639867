import { z } from 'zod';
import { megabitsOf } from '../../vocabulary/measure.ts';
import { lenientFields, type Report } from '../calling/lenient.ts';

// Covage's answers as they come over the wire, in Covage's spelling. The rows are those of the table of contradictions
// in the operators' documentation (docs/operators.md, "Contradictions").

/** Parsers for what Covage sends; `report` is told of each departure from the documented form that was tolerated. */
export function covageWire(report: Report) {
  const { id, text, number, boolean, list, field, single } = lenientFields(report);

  // Row 8: price, far and fas are numbers in one table, text in another, null in the examples.
  const amount = (name: string) =>
    single(name, (given) => {
      if (typeof given === 'number') return given;
      if (typeof given !== 'string') return undefined;
      if (given.trim() !== '') report(`${name}-as-text`);
      return given;
    });

  // Rows 5 and 6: bandwidths are text in the tables and numbers in the examples; text may have its unit.
  const megabits = (name: string) =>
    single(name, (given) => {
      if (typeof given === 'number') return given;
      if (typeof given !== 'string') return undefined;
      if (given.trim() === '') return null;
      const mbits = megabitsOf(given);
      if (mbits === null) return undefined;
      report(`${name}-as-text`);
      return mbits;
    });

  const user = z.object({
    email: text('email'),
    first_name: text('first_name'),
    last_name: text('last_name'),
  });

  // One that cannot be read keeps its place: clients resume by the position of a change in the history.
  const stateChange = z
    .object({
      state: text('state'),
      change_date: text('change_date'),
      change_reason: text('change_reason'),
    })
    .catch(() => {
      report('unreadable-state_change');
      return { state: null, change_date: null, change_reason: null };
    });

  const city = z.object({
    city_id: text('city_id'),
    insee_code: text('insee_code'),
    city_name: text('city_name'),
    post_code: text('post_code'),
  });
  const street = z.object({ street_id: text('street_id'), street_name: text('street_name') });
  const address = z.object({
    label: text('label'),
    street_ext: text('street_ext'),
    street_nr: text('street_nr'),
    city: field('city', city),
    street: field('street', street),
  });

  const place = z.object({
    location: field('location', z.object({ x: number('x'), y: number('y') })),
    building_ref: text('building_ref'),
    eligibility_id: text('eligibility_id'),
  });

  const offerFields = {
    name: text('name'),
    description: text('description'),
    bandwidth: text('bandwidth'),
    // Row 7: the table of offer details writes `bandwidthe`, its example `bandwidth`.
    bandwidthe: text('bandwidthe'),
    bandwidth_guarantee: megabits('bandwidth_guarantee'),
    bandwidth_max: megabits('bandwidth_max'),
    // Row 20: "24MOIS", or a number of months as on orders.
    commitment: text('commitment'),
    offer_technology: text('offer_technology'),
    offer_family: text('offer_family'),
    tarif_zone: text('tarif_zone'),
    price: amount('price'),
    far: amount('far'),
    fas: amount('fas'),
  };

  const itemOffer = z.object({
    product_id: id('product_id'),
    ...offerFields,
    on_quotation: boolean('on_quotation'),
  });

  const option = z.object({
    name: text('option_name'),
    type: text('option_type'),
    values: list(
      'option_values',
      z.object({
        option_id: id('option_id'),
        label: text('option_label'),
        price: amount('option_price'),
        recurring: boolean('option_recurring'),
      }),
    ),
  });

  const offer = z.object({
    id: id('id'),
    href: text('href'),
    ...offerFields,
    recurring: boolean('recurring'),
    available_options: list('available_options', option),
    last_update: text('last_update'),
  });

  // Zones and delivery dates have one field for each family (zone_bpe, estimated_delivery_date_BPE): a family that
  // Covage adds brings its own, so the object stays open.
  const itemFields = z.looseObject({
    id: id('id'),
    user: field('user', user),
    creation_date: text('creation_date'),
    tarif_zone: text('tarif_zone'),
    density: text('density'),
    offer_families: list('offer_families', z.string()),
    offer_families_eligibility: list('offer_families_eligibility', z.string()),
    offer_technologies: list('offer_technologies', z.string()),
    bandwidth_max: megabits('bandwidth_max'),
    place: field('place', place),
    address: field('address', address),
    guaranteed_until_date: text('guaranteed_until_date'),
    price: amount('price'),
    far: amount('far'),
    fas: amount('fas'),
    state: text('state'),
    state_change: list('state_change', stateChange),
    product_offering_qualification_id: text('product_offering_qualification_id'),
    products_offering: list('products_offering', itemOffer),
    resolve_pricing: boolean('resolve_pricing'),
  });

  // Row 9: a zone is a number inside a qualification and text on the item routes, by their tables.
  const itemWithZones = (documented: 'number' | 'string') =>
    itemFields.transform((item) => {
      const isOtherForm = (name: string): boolean => {
        if (!name.startsWith('zone_')) return false;
        const value = item[name];
        return (value ?? '') !== '' && typeof value !== documented;
      };
      if (Object.keys(item).some(isOtherForm)) report(`zone-not-a-${documented}`);
      return item;
    });
  const itemInside = itemWithZones('number');
  const items = list('qualification_items', itemInside);
  const itemsUnderAnotherName = items.transform((found) => {
    if (found !== undefined) report('qualification-items-under-another-name');
    return found;
  });
  const qualification = z.object({
    id: id('id'),
    user: field('user', user),
    creation_date: text('creation_date'),
    external_id: text('external_id'),
    project_id: text('project_id'),
    effective_qualification_date: text('effective_qualification_date'),
    href: text('href'),
    state: z.string().min(1),
    state_change: list('state_change', stateChange),
    // Row 2: the table says _details, the example _detail; the request's spelling may come back too.
    product_offering_qualification_item_details: items,
    product_offering_qualification_item_detail: items,
    product_offering_qualification_items: itemsUnderAnotherName,
    product_offering_qualification_item: itemsUnderAnotherName,
  });

  return {
    token: z.object({
      access_token: z.string().min(1),
      expires_in: z.number().positive().catch(60),
    }),
    created: z.object({ id: id('id'), creation_date: text('creation_date') }),
    qualification,
    itemInside,
    item: itemWithZones('string'),
    offer,
    family: z.object({ name: z.string(), type: text('type'), description: text('description') }),
    siteConnectionTypes: z.union([
      z.object({ available_site_connection_types: z.array(z.string()) }),
      z
        .array(z.string())
        .transform((available_site_connection_types) => ({ available_site_connection_types })),
    ]),
  };
}

export type CovageWire = ReturnType<typeof covageWire>;
export type WireQualification = z.infer<CovageWire['qualification']>;
export type WireItem = z.infer<CovageWire['item']>;
export type WireOffer = z.infer<CovageWire['offer']>;
export type WireItemOffer = NonNullable<WireItem['products_offering']>[number];
export type WireStateChange = NonNullable<WireQualification['state_change']>[number];
export type WireAddress = NonNullable<WireItem['address']>;
