import type { CopperActivationType, CopperLineStatus } from '../vocabulary/copper-line.ts';
import type { Money, PriceStatus } from '../vocabulary/money.ts';
import type { Address, GeoPoint } from '../vocabulary/place.ts';
import type { Availability, QualificationReason, ReasonCategory } from '../vocabulary/reason.ts';
import type { QualificationState, StateChange } from '../vocabulary/state-change.ts';
import { verdicts, type ServiceabilityConfidence, type Verdict } from '../vocabulary/verdict.ts';
import { builder, type ObjectFields } from './builder.ts';
import { boundedText, longest } from './bounded-text.ts';

// The types that every operator's answers are made of.

/** The values of an enum with their descriptions, checked against the type they stand for. */
export function enumValues<Value extends string>(descriptions: Record<Value, string>) {
  return Object.fromEntries(
    Object.entries<string>(descriptions).map(([value, description]) => [
      value,
      { value, description },
    ]),
  ) as Record<Value, { value: Value; description: string }>;
}

export const VerdictEnum = builder.enumType('Verdict', {
  description: `What an answer says about delivery to the place. A failure to get an answer is no verdict of its own: it is UNDETERMINED beside an error. From the best verdict to the worst: ${verdicts.join(', ')}.`,
  values: enumValues<Verdict>({
    PENDING: 'The operator has not finished looking.',
    ELIGIBLE: 'It can be delivered as it stands.',
    ELIGIBLE_WITH_CONDITIONS: 'It can be delivered, with reservations that are listed beside it.',
    QUOTE_REQUIRED: 'It can be delivered; the operator gives the price only in a quotation.',
    NOT_YET:
      'It cannot be delivered today and is expected later; the reason says when, if the operator does.',
    NOT_ELIGIBLE: 'The operator says that it cannot be delivered there.',
    UNDETERMINED:
      'The operator gave no answer that decides it. Not a refusal: ask again, or ask the operator.',
  }),
});

export const ServiceabilityConfidenceEnum = builder.enumType('ServiceabilityConfidence', {
  description:
    'How sure the operator is that it can deliver: the colour of MEF 87, the standard for such questions.',
  values: enumValues<ServiceabilityConfidence>({
    GREEN: 'It can be delivered.',
    YELLOW: 'Deliverable under conditions, or after a quotation.',
    RED: 'It cannot be delivered, or not yet.',
  }),
});

export const PriceStatusEnum = builder.enumType('PriceStatus', {
  description: 'Whether there is a price, and if not, why.',
  values: enumValues<PriceStatus>({
    KNOWN: 'The operator gave the price.',
    ON_QUOTATION: 'The operator gives a price only in a quotation.',
    NOT_RESOLVED:
      'The qualification was asked for without prices: ask with `resolvePricing`, or select `offer { pricing }`.',
    SEE_CONTRACT: 'The operator refers to the contract that the reseller has with it.',
    NOT_PUBLISHED:
      'The operator gives no price here, or only a part of it, and does not say where to find it.',
    UNREADABLE:
      'The operator gave a price that cannot be read as one amount of euros excluding VAT: ask the operator.',
  }),
});

export const MoneyRef = builder.objectRef<Money>('Money').implement({
  description: 'An exact amount of money, excluding VAT.',
  fields: (t) => ({
    amount: t.expose('amount', {
      type: 'Decimal',
      nullable: false,
      description: 'The amount, with at least two decimals.',
    }),
    currency: t.exposeString('currency', { nullable: false, description: 'ISO 4217, `EUR`.' }),
  }),
});

export const GeoPointRef = builder.objectRef<GeoPoint>('GeoPoint').implement({
  description: 'A point on the map, WGS 84.',
  fields: (t) => ({
    longitude: t.exposeFloat('longitude', {
      nullable: false,
      description: 'The longitude in degrees, WGS 84: positive east of Greenwich.',
    }),
    latitude: t.exposeFloat('latitude', {
      nullable: false,
      description: 'The latitude in degrees, WGS 84: positive north of the equator.',
    }),
  }),
});

export const GeoPointInput = builder.inputType('GeoPointInput', {
  description: 'A point on the map, WGS 84.',
  fields: (t) => ({
    longitude: t.float({ required: true, description: 'The longitude in degrees, WGS 84: positive east of Greenwich.' }),
    latitude: t.float({ required: true, description: 'The latitude in degrees, WGS 84: positive north of the equator.' }),
  }),
});

export const AddressRef = builder.objectRef<Address>('Address').implement({
  description: 'A French postal address, as far as it is known.',
  fields: (t) => ({
    label: t.exposeString('label', {
      description:
        'The whole address in one line: `4bis Rue Andrei Sakharov 76130 Mont-Saint-Aignan`. Null when not known.',
    }),
    streetNumber: t.exposeString('streetNumber', {
      description: 'The number in the street, `4`. Null when not known.',
    }),
    streetExtension: t.exposeString('streetExtension', {
      description:
        'What follows the number: `B` for bis, `T` for ter. Null when there is none or it is not known.',
    }),
    streetName: t.exposeString('streetName', {
      description: 'The name of the street. Null when not known.',
    }),
    streetId: t.exposeString('streetId', {
      description: "The operator's own identifier of the street, `76451055R`. Null when not known.",
    }),
    cityName: t.exposeString('cityName', {
      description: 'The name of the commune. Null when not known.',
    }),
    cityId: t.exposeString('cityId', {
      description: "The operator's own identifier of the city. Null when not known.",
    }),
    inseeCode: t.exposeString('inseeCode', {
      description:
        'The code of the commune given by INSEE, the national statistics office: `76451`, in Corsica `2A004`. It is not the postcode. Null when not known.',
    }),
    postCode: t.exposeString('postCode', {
      description: 'The postcode, `76130`. Null when not known.',
    }),
  }),
});

export const AddressInput = builder.inputType('AddressInput', {
  description: 'A French postal address. Give the parts that are known.',
  fields: (t) => ({
    label: t.string(boundedText(longest.address, { description: 'The whole address in one line.' })),
    streetNumber: t.string(boundedText(longest.word, { description: 'The number in the street, `4`.' })),
    streetExtension: t.string(boundedText(longest.word, {
      description: 'What follows the number: `B` for bis, `T` for ter.',
    })),
    streetName: t.string(boundedText(longest.address, { description: 'The name of the street.' })),
    streetId: t.string(boundedText(longest.word, {
      description: "The operator's identifier of the street, from its address search.",
    })),
    cityName: t.string(boundedText(longest.address, { description: 'The name of the commune.' })),
    cityId: t.string(boundedText(longest.word, {
      description: "The operator's identifier of the city, from its address search.",
    })),
    inseeCode: t.string(boundedText(longest.word, {
      description: 'The INSEE code of the commune, `76451`; not the postcode.',
    })),
    postCode: t.string(boundedText(longest.word, { description: 'The postcode, `76130`.' })),
  }),
});

export const QualificationStateEnum = builder.enumType('QualificationState', {
  description:
    'How far a qualification has got, by the words of TM Forum 679 and MEF 87 as Covage uses them. It says nothing of the answer: that is the verdict.',
  values: enumValues<QualificationState>({
    ACKNOWLEDGED: 'Accepted, not begun (`acknowledged`).',
    IN_PROGRESS_ELIGIBILITY: 'The site is being checked (`in_progress.elig`).',
    IN_PROGRESS_OFFER: 'Offers are being looked for (`in_progress.offer`).',
    IN_PROGRESS_PRICE: 'Prices are being worked out (`in_progress.price`).',
    DONE_READY: 'Finished, with offers (`done.ready`).',
    DONE_UNABLE_TO_PROVIDE:
      'Finished; not eligible, or only at a price on quotation (`done.unable_to_provide`). In MEF 87 the same word means that no answer came in time.',
    TERMINATED_WITH_ERROR: 'Ended by an error; the last change says why (`terminated_with_error`).',
    UNRECOGNISED:
      'A state that the operator does not document. `stateText` has its word. It is not the end: the service goes on watching.',
  }),
});

export const StateChangeRef = builder.objectRef<StateChange>('StateChange').implement({
  description: "One step in a qualification's history.",
  fields: (t) => ({
    state: t.expose('state', {
      type: QualificationStateEnum,
      nullable: false,
      description: 'The state it changed to.',
    }),
    stateText: t.exposeString('stateText', {
      nullable: false,
      description: "The operator's own word for that state, `in_progress.elig`.",
    }),
    changeDate: t.expose('changeDate', {
      type: 'DateTime',
      nullable: false,
      description: "When the state changed, by the operator's clock.",
    }),
    changeReason: t.exposeString('changeReason', {
      description: "Why the state changed, in the operator's words. Null where it gives no reason.",
    }),
  }),
});

export const ReasonCategoryEnum = builder.enumType('ReasonCategory', {
  description:
    'What a reason or condition is about, so that codes not seen before can still be grouped.',
  values: enumValues<ReasonCategory>({
    NOT_COVERED: 'The network or the product does not reach this place.',
    NOT_YET: 'It is planned and not there yet.',
    NOT_CONNECTED: 'The network is there; this building or outlet is not connected to it.',
    TECHNICAL: 'The line does not carry it: too long, or incompatible.',
    CAPACITY: 'The network or cable is full.',
    CHECK: 'Something has to be checked on site.',
    LEAD_TIME: 'Delivery takes longer than usual.',
    COMMERCIAL: 'The network is there, and the operator does not sell it here.',
    UNDETERMINED: 'The operator could not tell.',
    OTHER: 'A code that this service does not know: read its message.',
  }),
});

export const AvailabilityRef = builder.objectRef<Availability>('Availability').implement({
  description: 'When the operator expects something to be available.',
  fields: (t) => ({
    text: t.exposeString('text', {
      nullable: false,
      description: "The operator's own words: a day, a year or a sentence.",
    }),
    date: t.expose('date', {
      type: 'Date',
      description:
        'The day, only where the operator names one. Null for a year (`2027`) or a sentence without a day.',
    }),
  }),
});

export const QualificationReasonRef = builder
  .objectRef<QualificationReason>('QualificationReason')
  .implement({
    description: 'Why an offer cannot be delivered, or under which condition it can.',
    fields: (t) => ({
      code: t.exposeString('code', {
        nullable: false,
        description:
          "The operator's code, `FIBER_NOT_YET_AVAILABLE`. The set is open: operators add codes.",
      }),
      category: t.expose('category', {
        type: ReasonCategoryEnum,
        nullable: false,
        description: 'What it is about.',
      }),
      message: t.exposeString('message', {
        nullable: false,
        description: "The operator's sentence.",
      }),
      availability: t.field({
        type: AvailabilityRef,
        resolve: (reason) => reason.availability,
        description: 'When the product is expected. Null where the operator does not say.',
      }),
    }),
  });

export const CopperLineStatusEnum = builder.enumType('CopperLineStatus', {
  description: 'Whether a copper line is in service.',
  values: enumValues<CopperLineStatus>({
    ACTIVE: 'In service (`active`).',
    INACTIVE: 'Not in service (`inactive`).',
  }),
});

export const CopperActivationTypeEnum = builder.enumType('CopperActivationType', {
  description: 'What is to be done with a copper line.',
  values: enumValues<CopperActivationType>({
    ACTIVATE: 'Use an existing line, in service or idle (`activate`).',
    CREATE: 'Build a new line beside an active one: same address, premises and owner (`create`).',
    CREATE_NEIGHBOUR:
      'Build a new line beside one at another address on the same pavement (`create_neighbour`).',
    CREATE_NEARBY:
      'Build a new line beside one at the same address in other premises (`create_nearby`).',
  }),
});

/** The fields that tell a verdict on an offer and its reasons, in the words that all operators share. `label` names the operator. */
export function verdictFields(
  t: ObjectFields<{
    readonly verdict: Verdict;
    readonly reasons: readonly QualificationReason[];
    readonly underConditions: readonly QualificationReason[];
  }>,
  label: string,
) {
  return {
    verdict: t.field({
      type: VerdictEnum,
      nullable: false,
      resolve: ({ verdict }) => verdict,
      description: 'Whether it can be delivered, in the words shared by all operators.',
    }),
    reasons: t.field({
      type: [QualificationReasonRef],
      nullable: { list: false, items: false },
      resolve: ({ reasons }) => [...reasons],
      description: `Why it cannot be delivered, or why ${label} cannot tell.`,
    }),
    underConditions: t.field({
      type: [QualificationReasonRef],
      nullable: { list: false, items: false },
      resolve: ({ underConditions }) => [...underConditions],
      description: 'The conditions under which it can be delivered.',
    }),
  };
}
