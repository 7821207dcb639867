/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
/** A French postal address. Give the parts that are known. */
export type AddressInput = {
  /** The operator's identifier of the city, from its address search. At most 64 characters. */
  cityId?: string | null | undefined;
  /** The name of the commune. At most 500 characters. */
  cityName?: string | null | undefined;
  /** The INSEE code of the commune, `76451`; not the postcode. At most 64 characters. */
  inseeCode?: string | null | undefined;
  /** The whole address in one line. At most 500 characters. */
  label?: string | null | undefined;
  /** The postcode, `76130`. At most 64 characters. */
  postCode?: string | null | undefined;
  /** What follows the number: `B` for bis, `T` for ter. At most 64 characters. */
  streetExtension?: string | null | undefined;
  /** The operator's identifier of the street, from its address search. At most 64 characters. */
  streetId?: string | null | undefined;
  /** The name of the street. At most 500 characters. */
  streetName?: string | null | undefined;
  /** The number in the street, `4`. At most 64 characters. */
  streetNumber?: string | null | undefined;
};

/** How exactly an address names a place. */
export type AddressPrecision =
  /** A number in a street. */
  | 'HOUSE_NUMBER'
  /** A named place without streets, such as a hamlet. */
  | 'LOCALITY'
  /** A commune as a whole. */
  | 'MUNICIPALITY'
  /** A street without a number. */
  | 'STREET';

/** The result of looking up an address, in the words of MEF 121, the standard for such look-ups. */
export type AddressResolutionResult =
  /** No building is known there, or the address could not be looked up. */
  | 'FAIL'
  /** Several addresses or buildings are possible, or the only one is uncertain. The service does not guess: it asks no operator. */
  | 'PARTIAL'
  /** The service is still looking up the address. */
  | 'PENDING'
  /** The address leads to one building, and operators are asked about it. */
  | 'SUCCESS';

/** What is to be done with a copper line. */
export type CopperActivationType =
  /** Use an existing line, in service or idle (`activate`). */
  | 'ACTIVATE'
  /** Build a new line beside an active one: same address, premises and owner (`create`). */
  | 'CREATE'
  /** Build a new line beside one at the same address in other premises (`create_nearby`). */
  | 'CREATE_NEARBY'
  /** Build a new line beside one at another address on the same pavement (`create_neighbour`). */
  | 'CREATE_NEIGHBOUR';

/** A copper line. */
export type CopperLineInput = {
  /** What is to be done with it. */
  activationType: CopperActivationType;
  /** Its number as it is dialled in France, in any spelling: `0492002525`, `04 92 00 25 25`, `+33 4 92 00 25 25`. At most 64 characters. */
  number: string;
  /** Whether it is in service. */
  status: CopperLineStatus;
};

/** Whether a copper line is in service. */
export type CopperLineStatus =
  /** In service (`active`). */
  | 'ACTIVE'
  /** Not in service (`inactive`). */
  | 'INACTIVE';

/** What to ask Covage for about a site. */
export type CovageSiteOptions = {
  /** The families of offers to look for, `BPE`. Without it: all that Covage sells. At most 64 characters. */
  offerFamilies?: Array<string> | null | undefined;
  /** Whether to work out prices, which takes Covage one stage more. */
  resolvePricing?: boolean | null | undefined;
};

/** A point on the map, WGS 84. */
export type GeoPointInput = {
  /** The latitude in degrees, WGS 84: positive north of the equator. */
  latitude: number;
  /** The longitude in degrees, WGS 84: positive east of Greenwich. */
  longitude: number;
};

/** What a reference given to Kosc names. */
export type KoscReferenceType =
  /** A building by the infrastructure operator's reference: up to 32 characters, often `IMB/93077/X/00HE` (IMB: immeuble, building). */
  | 'BUILDING'
  /** A copper line by its number: 10 digits, `0478299251`. */
  | 'LINE_NUMBER'
  /** An optical outlet in the customer's premises (OTP: optical termination point; French PTO): 12 characters, `FI-3790-3415`. */
  | 'OTP';

/** What to ask Kosc for about a site. */
export type KoscSiteOptions = {
  /** The codes of the product lines to look for, `FP`. Without it: all lines that the account subscribes to. At most 64 characters. */
  productLines?: Array<string> | null | undefined;
};

/** How certain it is that a site is at an address. */
export type MatchConfidence =
  /** A key or a code links the site to the address. */
  | 'EXACT'
  /** The name of the street matches. Check the site before you order. */
  | 'PROBABLE';

/** The operators that this service asks. */
export type Operator =
  /** Covage: dedicated business fibre (families BPE, BPEA and DIA). Answers by stages. */
  | 'COVAGE'
  /** Kosc: shared fibre to the home or office, and copper. Answers at once. */
  | 'KOSC'
  /** OVHcloud: fibre and copper over the networks of several operators, which it resells. Answers within seconds. */
  | 'OVHCLOUD';

/** How asking an operator failed. In the errors of queries and subscriptions the same words stand in `extensions.code` behind `OPERATOR_`. */
export type OperatorErrorCode =
  /** The operator failed too often of late, so the service leaves it alone for a moment; `retryAfterSeconds` says for how long. */
  | 'CIRCUIT_OPEN'
  /** The operator does not allow this to the service's account. */
  | 'FORBIDDEN'
  /** The operator's answer cannot be read, or is about another place than the site. */
  | 'INVALID_RESPONSE'
  /** The operator does not know something that the request needs. */
  | 'NOT_FOUND'
  /** The operator ended the qualification with an error; the message has its reason. */
  | 'QUALIFICATION_FAILED'
  /** The operator asks to slow down (429); `retryAfterSeconds` says for how long, if the operator does. */
  | 'RATE_LIMITED'
  /** The operator refuses the request; the message has its words. */
  | 'REJECTED'
  /** The operator failed (500). */
  | 'SERVER_ERROR'
  /** The operator did not answer in time, or so many calls to it were under way that this one was not sent. */
  | 'TIMEOUT'
  /** The operator does not accept the service's credentials, even after they were renewed. */
  | 'UNAUTHENTICATED'
  /** The service could not connect to the operator, or a gateway before it answered 502, 503 or 504. */
  | 'UNREACHABLE'
  /** The operator says that a service behind it does not answer. */
  | 'UPSTREAM_UNREACHABLE';

/** How far asking one operator has got. */
export type OutcomeState =
  /** The operator has answered: see the verdict. */
  | 'ANSWERED'
  /** Asking the operator failed: see the error. That says nothing about the place. */
  | 'FAILED'
  /** The operator has not answered yet. With an error: it is asked again, since the last try failed. */
  | 'PENDING'
  /** The operator was not asked, or does not know the place: see the skip. */
  | 'SKIPPED';

/** What a reference given to OVHcloud names. */
export type OvhReferenceType =
  /** The code of a street and a number in it, `7710815602 14`. */
  | 'ADDRESS'
  /** A building by the infrastructure operator's reference, `IMB/93077/X/00HE`. */
  | 'BUILDING'
  /** A copper line by its number, `0478299251`. */
  | 'LINE_NUMBER'
  /** An optical outlet (OTP: optical termination point), `FI-3790-3415`. */
  | 'OTP';

/** What to ask OVHcloud for about a site. */
export type OvhcloudSiteOptions = {
  /** Types of products, `FTTH`: offers of other types are left out. Without it: all. At most 64 characters. */
  productTypes?: Array<string> | null | undefined;
};

/** Whether there is a price, and if not, why. */
export type PriceStatus =
  /** The operator gave the price. */
  | 'KNOWN'
  /** The operator gives no price here, or only a part of it, and does not say where to find it. */
  | 'NOT_PUBLISHED'
  /** The qualification was asked for without prices: ask with `resolvePricing`, or select `offer { pricing }`. */
  | 'NOT_RESOLVED'
  /** The operator gives a price only in a quotation. */
  | 'ON_QUOTATION'
  /** The operator refers to the contract that the reseller has with it. */
  | 'SEE_CONTRACT'
  /** The operator gave a price that cannot be read as one amount of euros excluding VAT: ask the operator. */
  | 'UNREADABLE';

/** How far a qualification has got, by the words of TM Forum 679 and MEF 87 as Covage uses them. It says nothing of the answer: that is the verdict. */
export type QualificationState =
  /** Accepted, not begun (`acknowledged`). */
  | 'ACKNOWLEDGED'
  /** Finished, with offers (`done.ready`). */
  | 'DONE_READY'
  /** Finished; not eligible, or only at a price on quotation (`done.unable_to_provide`). In MEF 87 the same word means that no answer came in time. */
  | 'DONE_UNABLE_TO_PROVIDE'
  /** The site is being checked (`in_progress.elig`). */
  | 'IN_PROGRESS_ELIGIBILITY'
  /** Offers are being looked for (`in_progress.offer`). */
  | 'IN_PROGRESS_OFFER'
  /** Prices are being worked out (`in_progress.price`). */
  | 'IN_PROGRESS_PRICE'
  /** Ended by an error; the last change says why (`terminated_with_error`). */
  | 'TERMINATED_WITH_ERROR'
  /** A state that the operator does not document. `stateText` has its word. It is not the end: the service goes on watching. */
  | 'UNRECOGNISED';

/** A place and what to ask about it. Name the place by any of its keys, or by its address: where no key is given, the service looks up the first of `addressId`, `siret`, `address` and `location`. Covage knows a site by its eligibility id (`eligibilityId`), from Covage's address search, or by a building (`buildingRef`) that it has qualified before. A location (`location`) becomes a key only where the service is set to make keys up of it (SYNTHESISE_ELIGIBILITY_IDS). Kosc knows a site by an optical outlet (`otpRef`), a copper line (`line`) or a building (`buildingRef`), and is asked by each of them in this order until it knows one. A location is no key of Kosc. OVHcloud knows a site by an optical outlet (`otpRef`), a copper line (`line`), a building (`buildingRef`) or the code of a street and a number in it (`address.streetId` of 10 characters, from its address search), and is asked by each of them in this order until it knows one. The service refuses keys that contradict each other: it compares the building and the point in an eligibility id, the communes and the postcodes. Where only an operator's answer shows that the keys are of two places, the outcome of that operator is FAILED. A commune that was merged into another one counts as that one. */
export type QualifySiteInput = {
  /** The postal address. Without a key of the site the service looks up its building, see `resolution`; beside a key it must be in the same département. */
  address?: AddressInput | null | undefined;
  /** The `id` of an AddressCandidate: the key of the address in the national address base. At most 512 characters. */
  addressId?: string | null | undefined;
  /** The reference of the building, in any spelling: `IMB/76451/C/0019`, `imb-76451-c-0019`. At most 512 characters. */
  buildingRef?: string | null | undefined;
  /** What to ask Covage for; without it all families, with prices. */
  covage?: CovageSiteOptions | null | undefined;
  /** The key that an operator's address search gave for the site. It contains the building and the coordinates: a `buildingRef` beside it must be the same, and a `location` within 500 m. At most 512 characters. */
  eligibilityId?: string | null | undefined;
  /** The caller's own identifier, to find the question by. At most 255 characters. */
  externalId?: string | null | undefined;
  /** What to ask Kosc for; without it all that is subscribed. */
  kosc?: KoscSiteOptions | null | undefined;
  /** A copper line. */
  line?: CopperLineInput | null | undefined;
  /** The coordinates of the place. Without a key of the site or an address the service looks up the door that they are at. They stay as given, even where an operator tells others. */
  location?: GeoPointInput | null | undefined;
  /** The operators to ask. Without it: all. */
  operators?: Array<Operator> | null | undefined;
  /** The reference of an optical outlet, in any spelling: `FI-3790-3415`, `fi 3790 3415/C`. At most 512 characters. */
  otpRef?: string | null | undefined;
  /** What to ask OVHcloud for; without it every product. */
  ovhcloud?: OvhcloudSiteOptions | null | undefined;
  /** The number of a business's premises, 14 digits; blanks are taken. At most 64 characters. */
  siret?: string | null | undefined;
};

/** What a reason or condition is about, so that codes not seen before can still be grouped. */
export type ReasonCategory =
  /** The network or cable is full. */
  | 'CAPACITY'
  /** Something has to be checked on site. */
  | 'CHECK'
  /** The network is there, and the operator does not sell it here. */
  | 'COMMERCIAL'
  /** Delivery takes longer than usual. */
  | 'LEAD_TIME'
  /** The network is there; this building or outlet is not connected to it. */
  | 'NOT_CONNECTED'
  /** The network or the product does not reach this place. */
  | 'NOT_COVERED'
  /** It is planned and not there yet. */
  | 'NOT_YET'
  /** A code that this service does not know: read its message. */
  | 'OTHER'
  /** The line does not carry it: too long, or incompatible. */
  | 'TECHNICAL'
  /** The operator could not tell. */
  | 'UNDETERMINED';

/** Where a key of a site comes from. */
export type SiteKeySource =
  /** The regulator's (ARCEP's) open file of buildings, as far as it was imported. */
  | 'OPEN_DATA'
  /** An operator's own search by address. */
  | 'OPERATOR'
  /** A question that the caller asked before about this address or building. */
  | 'SEEN_BEFORE';

/** Which rows of a batch to list: those that meet all conditions. An empty list matches nothing. */
export type SiteQualificationBatchRowFilter = {
  /** True lists the rows that were refused, false the rows that were taken. Without it: both. */
  refused?: boolean | null | undefined;
  /** The states of their questions; a row that was not asked has none. An empty list lists nothing. */
  states?: Array<SiteQualificationState> | null | undefined;
  /** The verdicts of their questions; a row that was not asked has none. An empty list lists nothing. */
  verdicts?: Array<Verdict> | null | undefined;
};

/** How far a batch has got. */
export type SiteQualificationBatchState =
  /** The caller cancelled the batch. Rows that had not been asked by then stay unasked. */
  | 'CANCELLED'
  /** Every row was asked, and every operator that was asked has answered. */
  | 'DONE'
  /** It is over, and a row was refused or an operator failed for one. */
  | 'DONE_PARTIAL'
  /** At least one of its rows is still to be asked, or in progress. */
  | 'IN_PROGRESS';

/** How far asking the operators has got. */
export type SiteQualificationState =
  /** Every operator that was asked has answered; those that were skipped do not count. */
  | 'DONE'
  /** Some have answered, and asking the others failed. */
  | 'DONE_PARTIAL'
  /** No operator answered: asking failed, or there was none to ask. */
  | 'FAILED'
  /** At least one operator has not answered yet. */
  | 'IN_PROGRESS';

/** Why an operator was skipped. */
export type SkipCode =
  /** No building is known at the address, or there is no such address. */
  | 'ADDRESS_NOT_FOUND'
  /** The operator is switched off in this service (the setting OPERATORS). */
  | 'NOT_CONFIGURED'
  /** The caller did not name the operator. */
  | 'NOT_REQUESTED'
  /** The address may mean several buildings, or is uncertain: choose one of `resolution { candidates }`. */
  | 'SITE_AMBIGUOUS'
  /** The site has keys of a kind that the operator uses, but none in the form that it takes. */
  | 'SITE_KEY_INVALID'
  /** None of the known keys of the site is one that the operator uses. */
  | 'SITE_KEY_MISSING'
  /** The operator was asked, and does not know the site by any of its keys. */
  | 'SITE_UNKNOWN';

/** What an answer says about delivery to the place. A failure to get an answer is no verdict of its own: it is UNDETERMINED beside an error. From the best verdict to the worst: ELIGIBLE, ELIGIBLE_WITH_CONDITIONS, QUOTE_REQUIRED, NOT_YET, PENDING, UNDETERMINED, NOT_ELIGIBLE. */
export type Verdict =
  /** It can be delivered as it stands. */
  | 'ELIGIBLE'
  /** It can be delivered, with reservations that are listed beside it. */
  | 'ELIGIBLE_WITH_CONDITIONS'
  /** The operator says that it cannot be delivered there. */
  | 'NOT_ELIGIBLE'
  /** It cannot be delivered today and is expected later; the reason says when, if the operator does. */
  | 'NOT_YET'
  /** The operator has not finished looking. */
  | 'PENDING'
  /** It can be delivered; the operator gives the price only in a quotation. */
  | 'QUOTE_REQUIRED'
  /** The operator gave no answer that decides it. Not a refusal: ask again, or ask the operator. */
  | 'UNDETERMINED';

export type AskMutationVariables = Exact<{
  input: QualifySiteInput;
}>;


export type AskMutation = { qualifySite:
    | { __typename: 'InvalidInputError', message: string, issues: Array<{ code: string, message: string, allowed: number | null, found: number | null }> }
    | { __typename: 'SiteQualification', id: string }
   };

export type BatchQueryVariables = Exact<{
  id: string;
}>;


export type BatchQuery = { siteQualificationBatch: { id: string, name: string | null, creationDate: string, state: SiteQualificationBatchState, total: number, refused: number, completed: number, estimatedEndDate: string | null, verdicts: Array<{ verdict: Verdict, count: number }> } | null };

export type BatchFragment = { id: string, name: string | null, creationDate: string, state: SiteQualificationBatchState, total: number, refused: number, completed: number, estimatedEndDate: string | null, verdicts: Array<{ verdict: Verdict, count: number }> };

export type BatchChangesSubscriptionVariables = Exact<{
  id: string;
}>;


export type BatchChangesSubscription = { siteQualificationBatchChange: { id: string, name: string | null, creationDate: string, state: SiteQualificationBatchState, total: number, refused: number, completed: number, estimatedEndDate: string | null, verdicts: Array<{ verdict: Verdict, count: number }> } };

export type BatchRowsQueryVariables = Exact<{
  id: string;
  filter?: SiteQualificationBatchRowFilter | null | undefined;
  after?: string | null | undefined;
}>;


export type BatchRowsQuery = { siteQualificationBatch: { rows: { nodes: Array<{ line: number, values: Array<{ column: string, text: string }>, issues: Array<{ path: Array<string>, code: string, message: string, allowed: number | null, found: number | null }>, siteQualification: { id: string, externalId: string | null, state: SiteQualificationState, verdict: Verdict, site: { eligibilityId: string | null, buildingRef: string | null, otpRef: string | null, lineNumber: string | null, location: { longitude: number, latitude: number } | null, address: { label: string | null, streetNumber: string | null, streetExtension: string | null, streetName: string | null, postCode: string | null, cityName: string | null } | null }, offers: Array<{ operator: Operator, priceStatus: PriceStatus, leadTimeDays: number | null, price: { amount: string, currency: string } | null, setupFee: { amount: string, currency: string } | null }>, later: Array<{ reasons: Array<{ availability: { text: string, date: string | null } | null }> }> } | null } | null>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } } | null };

export type SitePartsFragment = { eligibilityId: string | null, buildingRef: string | null, otpRef: string | null, lineNumber: string | null, location: { longitude: number, latitude: number } | null, address: { label: string | null, streetNumber: string | null, streetExtension: string | null, streetName: string | null, postCode: string | null, cityName: string | null } | null };

export type BusinessQueryVariables = Exact<{
  siret: string;
}>;


export type BusinessQuery = { establishment: { name: string | null, isActive: boolean, address: { address: { label: string | null } } | null } | null };

export type CancelBatchMutationVariables = Exact<{
  id: string;
}>;


export type CancelBatchMutation = { cancelSiteQualificationBatch:
    | { __typename: 'InvalidInputError', message: string, issues: Array<{ code: string, message: string }> }
    | { __typename: 'SiteQualificationBatch', id: string, state: SiteQualificationBatchState }
   };

export type CandidatesQueryVariables = Exact<{
  id: string;
}>;


export type CandidatesQuery = { siteQualification: { resolution: { message: string | null, candidates: Array<{ id: string, precision: AddressPrecision, address: { label: string | null }, location: { longitude: number, latitude: number }, sites: Array<{ buildingName: string | null, premises: number | null, sources: Array<SiteKeySource>, match: MatchConfidence, site: { eligibilityId: string | null, buildingRef: string | null, otpRef: string | null, lineNumber: string | null, location: { longitude: number, latitude: number } | null, address: { label: string | null, streetNumber: string | null, streetExtension: string | null, streetName: string | null, postCode: string | null, cityName: string | null } | null } }> | null, forecast: { code: string, category: ReasonCategory, message: string, availability: { text: string, date: string | null } | null } | null }> } | null } | null };

export type OperatorsQueryVariables = Exact<{ [key: string]: never; }>;


export type OperatorsQuery = { operators: Array<{ operator: Operator, sandbox: boolean }> };

export type PastBatchesQueryVariables = Exact<{
  after?: string | null | undefined;
}>;


export type PastBatchesQuery = { siteQualificationBatches: { nodes: Array<{ id: string, name: string | null, creationDate: string, state: SiteQualificationBatchState, total: number, refused: number, completed: number, estimatedEndDate: string | null, verdicts: Array<{ verdict: Verdict, count: number }> } | null>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } };

export type PastQuestionsQueryVariables = Exact<{
  after?: string | null | undefined;
}>;


export type PastQuestionsQuery = { siteQualifications: { nodes: Array<{ id: string, creationDate: string, state: SiteQualificationState, verdict: Verdict, site: { eligibilityId: string | null, buildingRef: string | null, otpRef: string | null, lineNumber: string | null, location: { longitude: number, latitude: number } | null, address: { label: string | null, streetNumber: string | null, streetExtension: string | null, streetName: string | null, postCode: string | null, cityName: string | null } | null } } | null>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } };

export type QuestionQueryVariables = Exact<{
  id: string;
}>;


export type QuestionQuery = { siteQualification: { id: string, creationDate: string, state: SiteQualificationState, verdict: Verdict, site: { eligibilityId: string | null, buildingRef: string | null, otpRef: string | null, lineNumber: string | null, location: { longitude: number, latitude: number } | null, address: { label: string | null, streetNumber: string | null, streetExtension: string | null, streetName: string | null, postCode: string | null, cityName: string | null } | null }, resolution: { result: AddressResolutionResult } | null, outcomes: Array<{ operator: Operator, state: OutcomeState, verdict: Verdict, progress: Array<{ state: QualificationState, changeDate: string }> | null, skip: { code: SkipCode, message: string } | null, error: { code: OperatorErrorCode, message: string, retryable: boolean, retryAfterSeconds: number | null, correlationId: string | null } | null, qualification:
        | { __typename: 'KoscEligibility' }
        | { __typename: 'OvhEligibility' }
        | { __typename: 'ProductOfferingQualification' }
       | null }>, offers: Array<{ id: string, operator: Operator, name: string, technology: string, network: string | null, verdict: Verdict, guaranteedBandwidth: number | null, maxBandwidth: number | null, commitmentMonths: number | null, priceStatus: PriceStatus, setupFeeStatus: PriceStatus, leadTimeDays: number | null, guaranteedUntilDate: string | null, reasons: Array<{ code: string, category: ReasonCategory, message: string, availability: { text: string, date: string | null } | null }>, price: { amount: string, currency: string } | null, setupFee: { amount: string, currency: string } | null }> } | null };

export type QuestionFragment = { id: string, creationDate: string, state: SiteQualificationState, verdict: Verdict, site: { eligibilityId: string | null, buildingRef: string | null, otpRef: string | null, lineNumber: string | null, location: { longitude: number, latitude: number } | null, address: { label: string | null, streetNumber: string | null, streetExtension: string | null, streetName: string | null, postCode: string | null, cityName: string | null } | null }, resolution: { result: AddressResolutionResult } | null, outcomes: Array<{ operator: Operator, state: OutcomeState, verdict: Verdict, progress: Array<{ state: QualificationState, changeDate: string }> | null, skip: { code: SkipCode, message: string } | null, error: { code: OperatorErrorCode, message: string, retryable: boolean, retryAfterSeconds: number | null, correlationId: string | null } | null, qualification:
      | { __typename: 'KoscEligibility' }
      | { __typename: 'OvhEligibility' }
      | { __typename: 'ProductOfferingQualification' }
     | null }>, offers: Array<{ id: string, operator: Operator, name: string, technology: string, network: string | null, verdict: Verdict, guaranteedBandwidth: number | null, maxBandwidth: number | null, commitmentMonths: number | null, priceStatus: PriceStatus, setupFeeStatus: PriceStatus, leadTimeDays: number | null, guaranteedUntilDate: string | null, reasons: Array<{ code: string, category: ReasonCategory, message: string, availability: { text: string, date: string | null } | null }>, price: { amount: string, currency: string } | null, setupFee: { amount: string, currency: string } | null }> };

export type ReasonFragment = { code: string, category: ReasonCategory, message: string, availability: { text: string, date: string | null } | null };

export type QuestionChangesSubscriptionVariables = Exact<{
  id: string;
  after: number;
}>;


export type QuestionChangesSubscription = { siteQualificationChange: { sequence: number, change: { operator: Operator, state: OutcomeState, verdict: Verdict } | null, siteQualification: { id: string, creationDate: string, state: SiteQualificationState, verdict: Verdict, site: { eligibilityId: string | null, buildingRef: string | null, otpRef: string | null, lineNumber: string | null, location: { longitude: number, latitude: number } | null, address: { label: string | null, streetNumber: string | null, streetExtension: string | null, streetName: string | null, postCode: string | null, cityName: string | null } | null }, resolution: { result: AddressResolutionResult } | null, outcomes: Array<{ operator: Operator, state: OutcomeState, verdict: Verdict, progress: Array<{ state: QualificationState, changeDate: string }> | null, skip: { code: SkipCode, message: string } | null, error: { code: OperatorErrorCode, message: string, retryable: boolean, retryAfterSeconds: number | null, correlationId: string | null } | null, qualification:
          | { __typename: 'KoscEligibility' }
          | { __typename: 'OvhEligibility' }
          | { __typename: 'ProductOfferingQualification' }
         | null }>, offers: Array<{ id: string, operator: Operator, name: string, technology: string, network: string | null, verdict: Verdict, guaranteedBandwidth: number | null, maxBandwidth: number | null, commitmentMonths: number | null, priceStatus: PriceStatus, setupFeeStatus: PriceStatus, leadTimeDays: number | null, guaranteedUntilDate: string | null, reasons: Array<{ code: string, category: ReasonCategory, message: string, availability: { text: string, date: string | null } | null }>, price: { amount: string, currency: string } | null, setupFee: { amount: string, currency: string } | null }> } | null } };

export type SuggestionsQueryVariables = Exact<{
  text: string;
}>;


export type SuggestionsQuery = { searchAddresses: Array<{ id: string, precision: AddressPrecision, address: { label: string | null } }> | null };

export type CovageAnswerQueryVariables = Exact<{
  id: string;
}>;


export type CovageAnswerQuery = { siteQualification: { outcomes: Array<{ operator: Operator, qualification:
        | { id: string, externalId: string | null, state: QualificationState, stateChanges: Array<{ state: QualificationState, stateText: string, changeDate: string, changeReason: string | null }> | null, items: Array<{ id: string, density: string | null, tariffZone: string | null, maxBandwidth: number | null, guaranteedUntilDate: string | null, eligibleOfferFamilies: Array<string> | null, zones: Array<{ offerFamily: string, zone: number | null, label: string }>, estimatedDeliveries: Array<{ offerFamily: string, text: string, days: number | null }>, offers: Array<{ zone: number | null, priceStatus: PriceStatus, offer: { id: string, name: string, offerFamily: string, offerTechnology: string, bandwidth: string }, price: { amount: string, currency: string } | null, networkAccessFee: { amount: string, currency: string } | null, serviceAccessFee: { amount: string, currency: string } | null }> | null }> | null }
        | Record<PropertyKey, never>
       | null }> } | null };

export type KoscAnswerQueryVariables = Exact<{
  id: string;
}>;


export type KoscAnswerQuery = { siteQualification: { outcomes: Array<{ operator: Operator, qualification:
        | { id: string, reference: string, referenceType: KoscReferenceType, lineStatus: CopperLineStatus | null, activationType: CopperActivationType | null, checkedAt: string, building: { buildingRef: string, name: string | null, type: string | null, operatorCode: string | null, operatorName: string | null, nro: string | null } | null, endpoint: { endpointRef: string | null, endpointRefType: KoscReferenceType | null, copper: { status: CopperLineStatus | null, availablePairs: number | null, totalLength: number | null } | null } | null, koscOffers: Array<{ orderDelayDays: number | null, product: { code: string, name: string, provider: string | null, priority: string, portabilityEnabled: boolean | null }, productLine: { code: string, name: string } | null, eligibility: { eligible: boolean | null, reasons: Array<{ code: string, message: string, availability: { text: string } | null }>, underConditions: Array<{ code: string, message: string }> }, setupFee: { amount: string, currency: string } | null }> }
        | Record<PropertyKey, never>
       | null }> } | null };

export type OvhcloudAnswerQueryVariables = Exact<{
  id: string;
}>;


export type OvhcloudAnswerQuery = { siteQualification: { outcomes: Array<{ operator: Operator, qualification:
        | { id: string, reference: string, referenceType: OvhReferenceType, checkedAt: string, ovhOffers: Array<{ code: string, name: string, type: string, provider: string | null, network: string | null, downloadRate: number | null, uploadRate: number | null, isGuaranteed: boolean | null, estimatedDownloadRate: number | null, estimatedUploadRate: number | null, serviceLevels: Array<string>, reasons: Array<{ code: string, message: string, availability: { text: string } | null }>, underConditions: Array<{ code: string, message: string }> }> }
        | Record<PropertyKey, never>
       | null }> } | null };
