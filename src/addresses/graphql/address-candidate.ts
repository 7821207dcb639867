import { builder } from '../../schema/builder.ts';
import {
  AddressRef,
  AvailabilityRef,
  enumValues,
  GeoPointRef,
  ReasonCategoryEnum,
} from '../../schema/shared-types.ts';
import { SiteRef } from '../../schema/site.ts';
import type { AddressPrecision } from '../candidate.ts';
import { addressSessionKey } from '../session.ts';
import type { SiteCandidate, SiteKeySource } from '../site-candidates.ts';
import { AddressCandidateRef, FibreForecastRef, SiteCandidateRef } from './refs.ts';

const AddressPrecisionEnum = builder.enumType('AddressPrecision', {
  description: 'How exactly an address names a place.',
  values: enumValues<AddressPrecision>({
    HOUSE_NUMBER: 'A number in a street.',
    STREET: 'A street without a number.',
    LOCALITY: 'A named place without streets, such as a hamlet.',
    MUNICIPALITY: 'A commune as a whole.',
  }),
});

const SiteKeySourceEnum = builder.enumType('SiteKeySource', {
  description: 'Where a key of a site comes from.',
  values: enumValues<SiteKeySource>({
    OPEN_DATA: "The regulator's (ARCEP's) open file of buildings, as far as it was imported.",
    OPERATOR: "An operator's own search by address.",
    SEEN_BEFORE: 'A question that the caller asked before about this address or building.',
  }),
});

const MatchConfidenceEnum = builder.enumType('MatchConfidence', {
  description: 'How certain it is that a site is at an address.',
  values: enumValues<SiteCandidate['match']>({
    EXACT: 'A key or a code links the site to the address.',
    PROBABLE: 'The name of the street matches. Check the site before you order.',
  }),
});

FibreForecastRef.implement({
  description: 'When an operator expects fibre at an address that has no building with fibre yet.',
  fields: (t) => ({
    code: t.exposeString('code', {
      nullable: false,
      description: "The operator's code: `FIBER_NOT_YET_DEPLOYED`.",
    }),
    category: t.expose('category', {
      type: ReasonCategoryEnum,
      nullable: false,
      description: 'What the code is about.',
    }),
    message: t.exposeString('message', {
      nullable: false,
      description: "The operator's sentence, which may be French.",
    }),
    availability: t.expose('availability', {
      type: AvailabilityRef,
      description: 'When it is expected. Null where the operator expects nothing or does not say.',
    }),
  }),
});

SiteCandidateRef.implement({
  description:
    'A site that may be at an address: one building, with the keys that operators know it by.',
  fields: (t) => ({
    site: t.expose('site', {
      type: SiteRef,
      nullable: false,
      description: 'The site, to be given to `qualifySite` by any of its keys.',
    }),
    buildingName: t.exposeString('buildingName', {
      description: 'The name of the building. Null where no source tells.',
    }),
    buildingType: t.exposeString('buildingType', {
      description:
        "What kind of building it is, in its source's word: `PA` (a house) or `IM` (a block) in open data, `HOUSE` or `BUILDING` at Kosc. Null where no source tells.",
    }),
    premises: t.exposeInt('premises', {
      description: 'How many homes and businesses are in it. Null where no source tells.',
    }),
    sources: t.expose('sources', {
      type: [SiteKeySourceEnum],
      nullable: { list: false, items: false },
      description: 'Where its keys come from.',
    }),
    match: t.expose('match', {
      type: MatchConfidenceEnum,
      nullable: false,
      description: 'How certain it is that the site is at this address.',
    }),
  }),
});

AddressCandidateRef.implement({
  description:
    'An address of the national address base (BAN) that matches what was asked for, exactly or perhaps.',
  fields: (t) => ({
    id: t.exposeID('id', {
      nullable: false,
      description:
        "The key of the address in the national address base, `76451_0055_00004_bis`: INSEE's code of the commune, the street, the number. Give it to `qualifySite` as `addressId`.",
    }),
    address: t.expose('address', {
      type: AddressRef,
      nullable: false,
      description: 'The address, part by part.',
    }),
    location: t.expose('location', {
      type: GeoPointRef,
      nullable: false,
      description: 'The coordinates of the address.',
    }),
    precision: t.expose('precision', {
      type: AddressPrecisionEnum,
      nullable: false,
      description: 'How exactly the address names a place.',
    }),
    score: t.exposeFloat('score', {
      nullable: false,
      description:
        "The geocoder's score of how well the address matches the text, from 0 to 1. Wrong addresses can have a high score, too: choose by the address.",
    }),
    sites: t.field({
      type: [SiteCandidateRef],
      extensions: { cost: 10 },
      resolve: async (candidate, _args, context) =>
        (await context.session(addressSessionKey).sitesAt(candidate)).sites,
      description:
        'The buildings known at the address: from open data, from operators that search by address, and from earlier questions. The service looks for them only when this field is selected. Empty where none is known; null, with an error, where the search failed.',
    }),
    forecast: t.field({
      type: FibreForecastRef,
      resolve: async (candidate, _args, context) =>
        (await context.session(addressSessionKey).sitesAt(candidate)).forecast,
      description:
        "An operator's forecast of when fibre reaches the address. Null where a building is known there, and where no operator gives a forecast.",
    }),
  }),
});
