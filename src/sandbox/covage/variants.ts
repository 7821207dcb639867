/** A spelling that the real Covage may use instead of the simulated one's own, and where the documentation suggests it. */
export interface CovageVariantDescription {
  name: string;
  /**
   * The contradiction of the documentation that it represents, by number: 1 request array, 2 response array, 3 trailing slash,
   * 4 path of the offer, 5 bandwidth_guarantee, 6 bandwidth_max, 7 bandwidthe, 8 price, far and fas, 9 zones, 10 offer_families,
   * 11 state filter, 12 synchronous response, 13 building_ref, 14 required but absent, 15 JSON errors, 16 category, 17 timestamps,
   * 18 parent id, 19 address, 20 commitment, 21 href, 22 versions of the contract, 23 languages mixed.
   */
  row: number;
  /** What changes on the wire. */
  description: string;
}

/**
 * Every variant, by the documentation's contradictions. All change the wire only, never the data behind it; where a spelling
 * cannot carry the data, the description says what is lost.
 */
export const covageVariants = [
  {
    row: 1,
    name: 'create-accepts-only-items',
    description:
      'A creation is refused unless its array is product_offering_qualification_items (either name is accepted otherwise)',
  },
  {
    row: 2,
    name: 'response-items-as-item-details',
    description:
      'The items of a qualification are product_offering_qualification_item_details, as in the table',
  },
  {
    row: 2,
    name: 'response-items-as-items',
    description: 'They are product_offering_qualification_items, as in requests',
  },
  {
    row: 2,
    name: 'response-items-as-item',
    description: "They are product_offering_qualification_item, as in the requests' table",
  },
  {
    row: 3,
    name: 'slash-required-404',
    description: 'A path without a trailing slash is not found',
  },
  {
    row: 3,
    name: 'slash-required-redirect',
    description: 'A path without a trailing slash is redirected (301) to the one with it, POST too',
  },
  {
    row: 3,
    name: 'slash-refused-404',
    description: 'A path with a trailing slash is not found',
  },
  {
    row: 3,
    name: 'slash-refused-redirect',
    description: 'A path with a trailing slash is redirected (301) to the one without it, POST too',
  },
  {
    row: 3,
    name: 'slash-as-printed',
    description: 'Each path is found only as the English documentation prints it',
  },
  {
    row: 4,
    name: 'offer-detail-only-under-catalog',
    description: 'The detail of an offer is below /api/v1/catalog/product_offering/ only',
  },
  {
    row: 4,
    name: 'offer-detail-only-outside-catalog',
    description: 'The detail of an offer is below /api/v1/product_offering/ only',
  },
  {
    row: 5,
    name: 'bandwidth-guarantee-as-string',
    description: 'bandwidth_guarantee is "20.0"',
  },
  {
    row: 5,
    name: 'bandwidth-guarantee-with-unit',
    description: 'bandwidth_guarantee is "20M"',
  },
  {
    row: 6,
    name: 'bandwidth-max-as-string',
    description: 'bandwidth_max is "20.0", of offers and of items',
  },
  {
    row: 6,
    name: 'bandwidth-max-with-unit',
    description: 'bandwidth_max is "20M", of offers and of items',
  },
  {
    row: 7,
    name: 'bandwidthe',
    description: 'The detail of an offer has bandwidthe in place of bandwidth',
  },
  {
    row: 8,
    name: 'prices-as-string',
    description: 'price, far, fas and the prices of options are "155.00"',
  },
  {
    row: 8,
    name: 'prices-absent-when-null',
    description: 'price, far and fas are absent where they are null otherwise',
  },
  {
    row: 9,
    name: 'zones-as-string',
    description: 'zone_bpe, zone_bpea and zone_dia are "2" in a qualification too',
  },
  {
    row: 9,
    name: 'zones-as-number',
    description: 'They are 2 in the resource of an item too',
  },
  {
    row: 10,
    name: 'offer-families-requested',
    description:
      'offer_families of an item in a qualification are the requested ones (its offers tell the eligible ones)',
  },
  {
    row: 10,
    name: 'offer-families-available',
    description:
      'offer_families of the resource of an item are the eligible ones (those requested are not told there)',
  },
  {
    row: 11,
    name: 'state-filter-only-words',
    description: 'The filter by state knows pending, done and failed only; another value is a 400',
  },
  {
    row: 11,
    name: 'state-filter-only-dotted',
    description: 'The filter by state knows the documented states only; another value is a 400',
  },
  {
    row: 12,
    name: 'sync-answers-only-id',
    description:
      'The synchronous creation answers id and creation_date; the result is there to be read at once',
  },
  {
    row: 13,
    name: 'building-ref-none',
    description: 'building_ref is "None" where there is no building',
  },
  {
    row: 13,
    name: 'building-ref-null',
    description: 'building_ref is null where there is no building',
  },
  {
    row: 13,
    name: 'building-ref-absent',
    description: 'building_ref is absent where there is no building',
  },
  {
    row: 14,
    name: 'density-absent',
    description: 'density, documented as required, is absent from the items of a qualification',
  },
  {
    row: 14,
    name: 'resolve-pricing-absent',
    description: 'resolve_pricing, documented as required, is absent',
  },
  {
    row: 14,
    name: 'description-absent',
    description: 'description, documented as required, is absent from offers and families',
  },
  {
    row: 14,
    name: 'empty-offers-absent',
    description: 'products_offering, documented as required, is absent where it is empty',
  },
  {
    row: 15,
    name: 'json-trailing-comma',
    description: 'A comma follows the creation_date that ends the answer to a creation',
  },
  {
    row: 15,
    name: 'json-missing-comma',
    description: 'No comma follows "tarif_zone": "" in an offer',
  },
  {
    row: 15,
    name: 'json-never-closed',
    description: 'The last brace of a qualification is missing',
  },
  {
    row: 16,
    name: 'category-as-object',
    description: 'The list of families is one object, BPE; the other families are not told',
  },
  {
    row: 16,
    name: 'category-in-envelope',
    description: 'The list of families is in an envelope of count, next, previous and results',
  },
  {
    row: 17,
    name: 'timestamps-utc-seconds',
    description: 'Timestamps end in Z and have no milliseconds',
  },
  {
    row: 17,
    name: 'timestamps-paris',
    description: 'Timestamps have +01:00 in winter and microseconds',
  },
  {
    row: 18,
    name: 'parent-id-null',
    description: 'product_offering_qualification_id of an item in a qualification is null',
  },
  {
    row: 19,
    name: 'address-extension-spelled',
    description: 'street_ext is "bis" in place of "B"',
  },
  {
    row: 19,
    name: 'address-number-glued',
    description: 'street_nr is "4bis" and street_ext is empty',
  },
  {
    row: 19,
    name: 'address-parts-empty',
    description: 'city and street are {}, as printed; the label tells them',
  },
  {
    row: 20,
    name: 'commitment-as-number',
    description: 'commitment is 24 in place of "24MOIS"',
  },
  {
    row: 21,
    name: 'href-absent',
    description: 'href is absent in place of ""',
  },
  {
    row: 21,
    name: 'href-filled',
    description: 'href is the address of the resource',
  },
  {
    row: 22,
    name: 'older-contract',
    description:
      'As in older editions: no lifecycle (state_change, effective_qualification_date) and no resolve_pricing in answers; the history is lost',
  },
  {
    row: 23,
    name: 'messages-in-french',
    description:
      'Error messages are in French. The row is about headings of the documentation and needs nothing of a server; this is the nearest',
  },
] as const satisfies readonly CovageVariantDescription[];

/** The name of a variant of the simulated Covage. */
export type CovageVariant = (typeof covageVariants)[number]['name'];
