import { CopperLineStatusEnum } from '../../../schema/shared-types.ts';
import { builder } from '../../../schema/builder.ts';
import { GeoPointRef } from '../../../schema/shared-types.ts';
import type { KoscCopper, KoscCopperSection } from '../domain.ts';
import { AddressRef, BuildingRef, EndpointRef, ReferenceTypeEnum } from './refs.ts';

EndpointRef.implement({
  description: "Where a line or outlet ends: the customer's premises.",
  fields: (t) => ({
    endpointRef: t.exposeString('endpointRef', {
      description:
        'The line number or the reference of the outlet. Null for buildings; a number that Kosc does not say to be listed is masked unless the caller may see personal data.',
    }),
    endpointRefType: t.expose('endpointRefType', {
      type: ReferenceTypeEnum,
      description: 'What `endpointRef` names. Null where Kosc does not say.',
    }),
    address: t.field({
      type: AddressRef,
      resolve: (endpoint) => endpoint.address,
      description: 'Its address. Null where Kosc does not say.',
    }),
    copper: t.field({
      type: CopperRef,
      resolve: (endpoint) => endpoint.copper,
      description: 'The copper line. Null for optical outlets and buildings.',
    }),
  }),
});

AddressRef.implement({
  description:
    'An address as Kosc writes it: in capitals, without accents. The street and everything more precise are hidden from callers who may not see personal data, unless Kosc says that the number of the line is listed.',
  fields: (t) => ({
    koscStreetCode: t.exposeString('koscStreetCode', {
      description:
        "Kosc's code of the street: INSEE code of the commune and the street's number in the national register, `7710815602`. Null when not known.",
    }),
    koscInseeCode: t.exposeString('koscInseeCode', {
      description:
        "INSEE's code of the commune (not the postcode), `77108`; Paris, Lyon and Marseille by arrondissement. Null when not known.",
    }),
    streetNumber: t.exposeString('streetNumber', {
      description: 'The number with its extension glued on, `12B` for 12 bis. Null when not known.',
    }),
    streetName: t.exposeString('streetName', {
      description: 'The name of the street, `AVENUE DES FRERES VERDEAUX`. Null when not known.',
    }),
    city: t.exposeString('city', { description: 'The name of the commune. Null when not known.' }),
    housingComplex: t.exposeString('housingComplex', {
      description:
        'The name of a housing estate or residence. Null when there is none or it is not known.',
    }),
    stairs: t.exposeString('stairs', {
      description: 'The staircase. Null when there is none or it is not known.',
    }),
    floor: t.exposeString('floor', {
      description: 'The floor, `0` at street level. Null when not known.',
    }),
    door: t.exposeString('door', { description: 'The door. Null when not known.' }),
    ownerName: t.exposeString('ownerName', {
      description:
        'Whose line it is. Personal data: masked (`J*** D**`) unless the caller may see it. Null when not known.',
    }),
  }),
});

const CopperRef = builder.objectRef<KoscCopper>('KoscCopper').implement({
  description: 'A copper line between the customer and the exchange.',
  fields: (t) => ({
    status: t.expose('status', {
      type: CopperLineStatusEnum,
      description: 'Whether it is in service. Null when not known.',
    }),
    unlistedNumber: t.exposeBoolean('unlistedNumber', {
      description:
        'Whether the number is kept out of directories. Null when Kosc does not say; the service then treats it as unlisted.',
    }),
    availablePairs: t.exposeInt('availablePairs', {
      description: 'Pairs of wires that are free. Null when not known.',
    }),
    maxAvailablePairs: t.exposeInt('maxAvailablePairs', {
      description: 'Pairs of wires that could be freed at most. Null when not known.',
    }),
    underConstruction: t.exposeBoolean('underConstruction', {
      description: 'Whether it is being built. Null when not known.',
    }),
    sections: t.field({
      type: [SectionRef],
      nullable: { list: false, items: false },
      resolve: (copper) => [...copper.sections],
      description: 'Its stretches of cable, from which attenuation follows. Empty when not known.',
    }),
    totalLength: t.exposeInt('totalLength', {
      description: 'The sum of its sections, in metres. Null without sections.',
    }),
    concentrationPoint: t.field({
      type: ConcentrationPointRef,
      resolve: (copper) => copper.concentrationPoint,
      description: 'Where lines of the neighbourhood come together. Null when not known.',
    }),
  }),
});

const SectionRef = builder.objectRef<KoscCopperSection>('KoscCopperSection').implement({
  description: 'A stretch of cable of one thickness.',
  fields: (t) => ({
    diameter: t.exposeFloat('diameter', {
      nullable: false,
      description:
        'The diameter as Kosc sends it. Kosc does not document the unit: 4 is taken to be 4/10 mm.',
    }),
    length: t.exposeInt('length', { nullable: false, description: 'The length, in metres.' }),
  }),
});

const ConcentrationPointRef = builder
  .objectRef<NonNullable<KoscCopper['concentrationPoint']>>('KoscConcentrationPoint')
  .implement({
    description: "Where the lines of a neighbourhood come together; not the customer's premises.",
    fields: (t) => ({
      location: t.field({
        type: GeoPointRef,
        resolve: (point) => point.location,
        description: 'Its coordinates. Null when not known.',
      }),
      address: t.field({
        type: AddressRef,
        resolve: (point) => point.address,
        description: 'Its address. Null when not known.',
      }),
    }),
  });

BuildingRef.implement({
  description: 'A building that fibre reaches, or is to reach.',
  fields: (t) => ({
    buildingRef: t.exposeString('buildingRef', {
      nullable: false,
      description:
        "The infrastructure operator's reference, `IMB/77108/X/031C` (IMB: immeuble, building); Covage knows the building by the same one.",
    }),
    name: t.exposeString('name', { description: 'Its name or letter. Null where it has none.' }),
    type: t.exposeString('type', {
      description: '`BUILDING` or `HOUSE`. Null when not known. The set is open.',
    }),
    operatorCode: t.exposeString('operatorCode', {
      description: 'The code of the infrastructure operator, `FI`. Null when not known.',
    }),
    operatorName: t.exposeString('operatorName', {
      description: 'The infrastructure operator whose fibre it is, `ORANGE`. Null when not known.',
    }),
    nro: t.exposeString('nro', {
      description:
        'The optical exchange that serves it (NRO: nœud de raccordement optique), `77108CHE`. Null when not known.',
    }),
    address: t.field({
      type: AddressRef,
      resolve: (building) => building.address,
      description: 'Its address. Null where Kosc does not say.',
    }),
  }),
});
