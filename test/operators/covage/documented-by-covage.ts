// The examples of Covage's documentation, character by character, mistakes included. Where an example abbreviates a part
// as `[...]` or `{}`, the documentation's own example of that part is put in.

export const category = `{
"name": "BPE",
"type": "OFFER_FAMILY",
"description": ""
}`;

/** With the comma too many. */
export const creation = `{
"id": "2eaf7b5b-384d-4cb7-8d9b-09ac712354d7",
"creation_date": "2025-04-04T10:07:24.274+02:00",
}`;

export const stateChanges = `[
{
"change_reason": "",
"change_date": "2025-04-04T10:07:24.276+02:00",
"state": "acknowledged"
},
{
"change_reason": "",
"change_date": "2025-04-04T10:07:24.678+02:00",
"state": "in_progress.elig"
},
{
"change_reason": "",
"change_date": "2025-04-04T10:07:24.791+02:00",
"state": "in_progress.offer"
},
{
"change_reason": "",
"change_date": "2025-04-04T10:07:26.332+02:00",
"state": "done.ready"
}]`;

export const place = `{
"location": {
"x": 1.0741197,
"y": 49.4629709
},
"building_ref": "",
"eligibility_id": "KHg6MS4wNzQxMTk3O3k6NDkuNDYyOTcwOTtiOk5vbmUp"
}`;

export const address = `{
"label": "4bis Rue Andrei Sakharov 76130 Mont-Saint-Aignan",
"street_ext": "B",
"street_nr": "4",
"city": {
"city_id": "76451",
"insee_code": "76451",
"city_name": "MONT ST AIGNAN",
"post_code": "76130"
},
"street": {
"street_id": "76451055R",
"street_name": "Rue Andrei Sakharov"
}
}`;

/** With the comma that is missing after `tarif_zone`. */
export const itemOffers = `[{
"product_id": "2173",
"name": "BPEA 20M/100M_24 mois",
"description": "BPEA 20M/100M",
"bandwidth": "20M",
"bandwidth_guarantee": 20.0,
"bandwidth_max": 20.0,
"commitment": "24MOIS",
"offer_technology": "FIBDE",
"offer_family": "BPEA",
"tarif_zone": ""
"price": null,
"far": null,
"fas": null,
"on_quotation": false
}]`;

/** The example of an item, which has neither `density` nor `products_offering` nor `resolve_pricing` and is not closed there. */
const itemOpen = `{
"id": "a4517ca6-1f13-42a2-9359-4ff3cc21785b",
"user": {
"email": "anonymous@example.fr",
"first_name": "Ano",
"last_name": "Nymous"
},
"tarif_zone": "",
"offer_families": ["BPEA","BPE"],
"zone_bpe": 2,
"zone_bpea": 2,
"zone_dia": 2,
"estimated_delivery_date_BPE": "T0 + 33 SEMAINES",
"estimated_delivery_date_BPEA": "T0 + 33 SEMAINES",
"estimated_delivery_date_DIA": "T0 + 34 SEMAINES",
"bandwidth_max": 1000,
"place": ${place},
"address": ${address},
"guaranteed_until_date": null,
"price": 145.0,
"far": 0.0,
"fas": 0.0,
"state": "done.ready",
"state_change": ${stateChanges},
"product_offering_qualification_id": null,`;

export const itemAsPrinted = `${itemOpen}\n}`;
export const item = `${itemOpen}\n"products_offering": ${itemOffers}\n}`;

const qualificationWith = (items: string): string => `{
"id": "2eaf7b5b-384d-4cb7-8d9b-09ac712354d7",
"user": {
"email": "anonymous@example.fr",
"first_name": "Ano",
"last_name": "Nymous"
},
"creation_date": "2025-04-04T10:07:24.274+02:00",
"external_id": "987654",
"project_id": "456789",
"effective_qualification_date": null,
"href": "",
"state": "done.ready",
"state_change": ${stateChanges},
${items}
}`;

export const qualification = qualificationWith(
  `"product_offering_qualification_item_detail": [${item}]`,
);
export const qualificationWithoutItems = qualificationWith('"external_id": "987654"');

const option = `{
"name": "SECURISATIONCOLLECTE",
"type": "Option",
"values": [{
"option_id": "241",
"label": "SECURISATION COLLECTE Active - Passive",
"price": 10.0,
"recurring": true
}]
}`;

export const offerDetail = `{
"id": "1765",
"href": "",
"name": "BPE 20M _Zone dense_24 mois ",
"description": "description",
"bandwidth": "20M",
"bandwidth_guarantee": 20.0,
"bandwidth_max": 20.0,
"commitment": "24MOIS",
"tarif_zone": "DENSE",
"far": 240.0,
"fas": 360.0,
"price": 155.0,
"recurring": true,
"offer_family": "BPE",
"offer_technology": "FIBDE",
"available_options": [${option}],
"last_update": "2024-06-22T08:28:06Z"
}`;

/** An offer of the list with prices, which has a table and no example. */
export const pricedOffer = `{
"id": "BPE_100M_24MOIS",
"name": "BPE 100M 24 mois",
"description": "BPE 100M",
"bandwidth": "100M",
"bandwidth_max": 100.0,
"bandwidth_guarantee": 100.0,
"commitment": "24MOIS",
"tarif_zone": "DENSE",
"far": 240.0,
"fas": 360.0,
"price": 210.5,
"offer_family": "BPE",
"offer_technology": "FIBDE",
"last_update": "2024-06-22T08:28:06Z"
}`;

/** The resource of an item, which has a table and no example: zones are text, families come twice. */
export const itemResource = `{
"id": "a4517ca6-1f13-42a2-9359-4ff3cc21785b",
"creation_date": "2025-04-04T10:07:24.274+02:00",
"density": "TD",
"offer_families": ["BPEA","BPE"],
"offer_families_eligibility": ["BPEA"],
"offer_technologies": ["FIBDE"],
"zone_bpe": "2",
"zone_bpea": "2",
"zone_dia": "3",
"estimated_delivery_date_BPE": "T0 + 33 SEMAINES",
"estimated_delivery_date_BPEA": "T0 + 33 SEMAINES",
"estimated_delivery_date_DIA": "T0 + 34 SEMAINES",
"bandwidth_max": 1000.0,
"place": ${place},
"address": ${address},
"state": "done.ready",
"product_offering_qualification_id": "2eaf7b5b-384d-4cb7-8d9b-09ac712354d7",
"guaranteed_until_date": "2025-05-04T10:07:24.274+02:00"
}`;

export const siteConnectionTypes = `{
"available_site_connection_types": [
"Standard ou non-catégorisé",
"Centre commercial",
"Datacenter",
"Zone d'activité ZA",
"Aéroport",
"Zone maritime",
"Centre de santé ou hôpital",
"Etablissement haute sécurité",
"Etablissement patrimoine",
"Prison",
"Cimetière"
]
}`;

export const request = {
  external_id: '123',
  project_id: '456',
  product_offering_qualification_items: [
    {
      offer_families: ['BPEA', 'BPE'],
      eligibility_id: 'KHg6MS4wOTIxMDgxO3k6NDkuNDc0Mzk3MTtiOklNQi83NjQ1MS9DLzAwMTkp',
      address: {
        label: '4bis Rue Andrei Sakharov 76130 Mont-Saint-Aignan',
        street_ext: 'B',
        street_nr: '4',
        city: {
          city_id: '76451',
          insee_code: '76451',
          city_name: 'MONT ST AIGNAN',
          post_code: '76130',
        },
        street: { street_id: '76451055R', street_name: 'Rue Andrei Sakharov' },
      },
    },
  ],
};
