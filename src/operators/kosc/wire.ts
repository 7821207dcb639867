import { z } from 'zod';
import { lenientFields, type Report } from '../calling/lenient.ts';

// Kosc's answers as they come over the wire, in Kosc's spelling.

/** Parsers for what Kosc sends; `report` is told of each departure from the documented form that was tolerated. */
export function koscWire(report: Report) {
  const { id, text, number, boolean, list, field } = lenientFields(report);

  const reason = z.object({
    code: id('code'),
    message: text('message'),
    availability_date: text('availability_date'),
  });

  const address = z.object({
    kosc_street_code: text('kosc_street_code'),
    kosc_insee_code: text('kosc_insee_code'),
    street_number: text('street_number'),
    street_name: text('street_name'),
    city: text('city'),
    housing_complex: text('housing_complex'),
    stairs: text('stairs'),
    floor: text('floor'),
    door: text('door'),
    owner_name: text('owner_name'),
  });

  const building = z.object({
    operator_code: text('operator_code'),
    operator_name: text('operator_name'),
    name: text('building_name'),
    building_ref: text('building_ref'),
    type: text('building_type'),
    nro: text('nro'),
    address: field('address', address),
  });
  const fiberInfo = field('fiber_info', z.object({ building: field('building', building) }));

  const copperInfo = z.object({
    status: text('status'),
    // Null where Kosc does not say, and yes by anything but a clear no: only that shows the number and where its line ends.
    unlisted_number: z
      .unknown()
      .transform((value) =>
        value === null ? null : value !== false && value !== 0 && value !== 'false',
      )
      .optional(),
    available_pairs: number('available_pairs'),
    max_available_pairs: number('max_available_pairs'),
    under_construction: boolean('under_construction'),
    sections_lengths: list(
      'sections_lengths',
      z.object({ diameter: number('diameter'), length: number('length') }),
    ),
    concentration_point: field(
      'concentration_point',
      z.object({
        latlng: field(
          'latlng',
          z.object({ latitude: number('latitude'), longitude: number('longitude') }),
        ),
        address: field('address', address),
      }),
    ),
  });

  const offer = z.object({
    product: z.object({
      code: z.string(),
      name: text('product_name'),
      provider: text('provider'),
      priority: text('priority'),
      // null, absent, or an object that may lack portability.
      options: field(
        'product_options',
        z.object({
          portability: field('portability', z.object({ enabled: boolean('portability_enabled') })),
        }),
      ),
    }),
    product_line: z.object({ code: z.string(), name: text('product_line_name') }),
    eligibility: z.object({
      // Strict: this word decides. Null is "not decided".
      eligible: z.boolean().nullish(),
      reasons: list('reasons', reason),
      under_conditions: list('under_conditions', reason),
    }),
    // Kept as sent: an empty fee is an answer ("refer to the contracts"), an absent one is none.
    setup_fee: z
      .union([
        z.string(),
        z.number().transform((fee) => {
          report('setup_fee-as-number');
          return fee;
        }),
      ])
      .nullish(),
    order_delay: number('order_delay', 'text'),
  });

  return {
    token: z.object({ token: z.string().min(1) }),
    eligibility: z.object({
      eligibility_ref: text('eligibility_ref'),
      offers: z.array(offer).nullish(),
      endpoint: field(
        'endpoint',
        z.object({
          endpoint_ref: text('endpoint_ref'),
          endpoint_ref_type: text('endpoint_ref_type'),
          address: field('address', address),
          copper_info: field('copper_info', copperInfo),
          fiber_info: fiberInfo,
        }),
      ),
      // Beside the endpoint in Kosc's examples; a reseller that republishes its answers has it inside.
      fiber_info: fiberInfo,
    }),
    error: z.object({
      apirequest_uuid: text('apirequest_uuid'),
      error: text('error'),
      details: field(
        'details',
        z.array(z.object({ field: text('field'), errors: list('errors', z.unknown()) })),
      ),
    }),
  };
}

export type KoscWire = ReturnType<typeof koscWire>;
export type WireEligibility = z.infer<KoscWire['eligibility']>;
export type WireOffer = NonNullable<WireEligibility['offers']>[number];
export type WireReason = NonNullable<WireOffer['eligibility']['reasons']>[number];
export type WireEndpoint = NonNullable<WireEligibility['endpoint']>;
export type WireAddress = NonNullable<WireEndpoint['address']>;
export type WireCopper = NonNullable<WireEndpoint['copper_info']>;
