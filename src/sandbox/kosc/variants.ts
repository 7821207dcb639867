/** A spelling that the real Kosc may use instead of the simulated one's own. */
export interface KoscVariantDescription {
  name: string;
  /** What changes on the wire. */
  description: string;
}

/** Every variant. All change the wire only, never the data behind it. */
export const koscVariants = [
  {
    name: 'json-trailing-comma',
    description: 'A comma follows the last field of endpoint, as the building example is printed',
  },
  {
    name: 'not-found-as-500',
    description:
      'What is not found is a 500 with "Building not found." and a full stop, as a sibling route answers',
  },
  {
    name: 'fiber-info-in-endpoint',
    description: 'fiber_info is within endpoint and not beside it',
  },
  { name: 'options-null', description: 'product.options is null always' },
  { name: 'options-absent', description: 'product.options is absent' },
  { name: 'provider-empty', description: 'product.provider is "" always' },
  { name: 'provider-null', description: 'product.provider is null where it is "" otherwise' },
  {
    name: 'setup-fee-empty',
    description: 'setup_fee is "" where it is null otherwise',
  },
  { name: 'setup-fee-absent', description: 'setup_fee is absent where it is null otherwise' },
  { name: 'setup-fee-as-number', description: 'setup_fee is 500 in place of "500.00"' },
  { name: 'order-delay-absent', description: 'order_delay is absent where it is null otherwise' },
  { name: 'order-delay-as-number', description: 'order_delay is 60 in place of "60"' },
  {
    name: 'copper-fees-null',
    description: 'Copper offers have setup_fee and order_delay too, null',
  },
  {
    name: 'copper-info-status-null',
    description: 'copper_info is {"status": null} for buildings too',
  },
  { name: 'copper-info-absent', description: 'copper_info is absent for OTPs too' },
  {
    name: 'motives-as-empty-lists',
    description: 'reasons and under_conditions are [] in place of null',
  },
  {
    name: 'undecided-as-false',
    description:
      'eligible is false in place of null where the reason is EXTERNAL_WS_UNREACHABLE or UNCERTAIN_DATA',
  },
  {
    name: 'codes-as-numbers',
    description: 'Codes of digits, such as 3049, are JSON numbers',
  },
  {
    name: 'codes-in-address-null',
    description: 'kosc_insee_code and kosc_street_code are null in every address',
  },
  {
    name: 'messages-without-full-stop',
    description: 'Messages of reasons and conditions have no full stop',
  },
  {
    name: 'unauthorized-other-words',
    description: 'A 401 says {"detail": "Signature has expired."}, without the common error body',
  },
  {
    name: 'unauthorized-as-403',
    description: 'A missing or expired token is a 403',
  },
  {
    name: 'errors-without-details',
    description: 'Errors have no details field',
  },
  {
    name: 'building-endpoint-with-ref',
    description: 'The endpoint of a building has endpoint_ref and endpoint_ref_type too',
  },
  {
    name: 'eligibility-keys-first',
    description: 'eligibility_ref and endpoint come before offers',
  },
  {
    name: 'unknown-product-lines-refused',
    description: 'A product line that is not subscribed is a 400 and not ignored',
  },
] as const satisfies readonly KoscVariantDescription[];

/** The name of a variant of the simulated Kosc. */
export type KoscVariant = (typeof koscVariants)[number]['name'];

/** The variants in force. */
export type Variants = ReadonlySet<KoscVariant>;
