/** What Covage's documentation prints, with its JSON errors mended and its dots filled in from its other examples. */

const user = { email: 'anonymous@example.fr', first_name: 'Ano', last_name: 'Nymous' };

export const covageAddress = {
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
};

export const covageRequest = {
  external_id: '123',
  project_id: '456',
  product_offering_qualification_items: [
    {
      offer_families: ['BPEA', 'BPE'],
      eligibility_id: 'KHg6MS4wOTIxMDgxO3k6NDkuNDc0Mzk3MTtiOklNQi83NjQ1MS9DLzAwMTkp',
      address: covageAddress,
    },
  ],
};

export const covageOffer = {
  product_id: '2173',
  name: 'BPEA 20M/100M_24 mois',
  description: 'BPEA 20M/100M',
  bandwidth: '20M',
  bandwidth_guarantee: 20.0,
  bandwidth_max: 20.0,
  commitment: '24MOIS',
  offer_technology: 'FIBDE',
  offer_family: 'BPEA',
  tarif_zone: '',
  price: null,
  far: null,
  fas: null,
  on_quotation: false,
};

export const covageHistory = [
  {
    change_reason: '',
    change_date: '2025-04-04T10:07:24.276+02:00',
    state: 'acknowledged',
  },
  {
    change_reason: '',
    change_date: '2025-04-04T10:07:24.678+02:00',
    state: 'in_progress.elig',
  },
  {
    change_reason: '',
    change_date: '2025-04-04T10:07:24.791+02:00',
    state: 'in_progress.offer',
  },
  {
    change_reason: '',
    change_date: '2025-04-04T10:07:26.332+02:00',
    state: 'done.ready',
  },
];

export const covageItem = {
  id: 'a4517ca6-1f13-42a2-9359-4ff3cc21785b',
  user,
  tarif_zone: '',
  offer_families: ['BPEA', 'BPE'],
  zone_bpe: 2,
  zone_bpea: 2,
  zone_dia: 2,
  estimated_delivery_date_BPE: 'T0 + 33 SEMAINES',
  estimated_delivery_date_BPEA: 'T0 + 33 SEMAINES',
  estimated_delivery_date_DIA: 'T0 + 34 SEMAINES',
  bandwidth_max: 1000,
  place: {
    location: { x: 1.0741197, y: 49.4629709 },
    building_ref: '',
    eligibility_id: 'KHg6MS4wNzQxMTk3O3k6NDkuNDYyOTcwOTtiOk5vbmUp',
  },
  address: covageAddress,
  guaranteed_until_date: null,
  price: 145.0,
  far: 0.0,
  fas: 0.0,
  state: 'done.ready',
  state_change: covageHistory,
  product_offering_qualification_id: null,
  products_offering: [covageOffer],
};

export const covageQualification = {
  id: '2eaf7b5b-384d-4cb7-8d9b-09ac712354d7',
  user,
  creation_date: '2025-04-04T10:07:24.274+02:00',
  external_id: '987654',
  project_id: '456789',
  effective_qualification_date: null,
  href: '',
  state: 'done.ready',
  state_change: covageHistory,
};

export const covageOfferDetail = {
  id: '1765',
  href: '',
  name: 'BPE 20M _Zone dense_24 mois ',
  description: 'description',
  bandwidth: '20M',
  bandwidth_guarantee: 20.0,
  bandwidth_max: 20.0,
  commitment: '24MOIS',
  tarif_zone: 'DENSE',
  far: 240.0,
  fas: 360.0,
  price: 155.0,
  recurring: true,
  offer_family: 'BPE',
  offer_technology: 'FIBDE',
  available_options: [
    {
      name: 'SECURISATIONCOLLECTE',
      type: 'Option',
      values: [
        {
          option_id: '241',
          label: 'SECURISATION COLLECTE Active - Passive',
          price: 10.0,
          recurring: true,
        },
      ],
    },
  ],
  last_update: '2024-06-22T08:28:06Z',
};

export const siteConnections = {
  available_site_connection_types: [
    'Standard ou non-catégorisé',
    'Centre commercial',
    'Datacenter',
    "Zone d'activité ZA",
    'Aéroport',
    'Zone maritime',
    'Centre de santé ou hôpital',
    'Etablissement haute sécurité',
    'Etablissement patrimoine',
    'Prison',
    'Cimetière',
  ],
};
