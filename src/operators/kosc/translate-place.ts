import type { CopperLineStatus } from '../../vocabulary/copper-line.ts';
import type { GeoPoint } from '../../vocabulary/place.ts';
import { UnreadableRecord } from '../calling/lenient.ts';
import type {
  KoscAddress,
  KoscBuilding,
  KoscCopper,
  KoscCopperSection,
  KoscEndpoint,
  KoscReferenceType,
} from './domain.ts';
import type { KoscFields, WireAddress, WireBuilding, WireCopper, WireEndpoint } from './wire.ts';

const referenceTypes: Readonly<Record<string, KoscReferenceType>> = {
  line_number: 'LINE_NUMBER',
  otp: 'OTP',
  building: 'BUILDING',
};
const lineStatuses: Readonly<Record<string, CopperLineStatus>> = {
  active: 'ACTIVE',
  inactive: 'INACTIVE',
};

export function translateEndpoint(
  fields: KoscFields,
  wire: WireEndpoint | null,
): KoscEndpoint | null {
  if (wire === null) return null;
  const type = fields.text('endpoint_ref_type', wire.endpoint_ref_type);
  const endpointRefType = referenceTypes[type?.toLowerCase() ?? ''] ?? null;
  return {
    endpointRef:
      endpointRefType === 'LINE_NUMBER'
        ? fields.digits('endpoint_ref', wire.endpoint_ref, 10)
        : fields.text('endpoint_ref', wire.endpoint_ref),
    endpointRefType,
    address: translateAddress(fields, wire.address),
    copper: translateCopper(fields, wire.copper_info),
  };
}

/** Kosc answers `copper_info: {status: null}` for fibre: that is no copper line. */
function translateCopper(fields: KoscFields, sent: unknown): KoscCopper | null {
  const wire: WireCopper | null = fields.record('copper_info', sent);
  if (wire === null || Object.values(wire).every((value) => value === null)) return null;
  const sections =
    fields.list('sections_lengths', wire.sections_lengths, (section) =>
      translateSection(fields, section),
    ) ?? [];
  const status = fields.text('status', wire.status);
  return {
    status: lineStatuses[status?.toLowerCase() ?? ''] ?? null,
    unlistedNumber: fields.isUnlisted(wire.unlisted_number),
    availablePairs: fields.count('available_pairs', wire.available_pairs),
    maxAvailablePairs: fields.count('max_available_pairs', wire.max_available_pairs),
    underConstruction: fields.boolean('under_construction', wire.under_construction),
    sections,
    totalLength:
      sections.length === 0 ? null : sections.reduce((sum, { length }) => sum + length, 0),
    concentrationPoint: translateConcentrationPoint(fields, wire.concentration_point),
  };
}

function translateSection(fields: KoscFields, sent: unknown): KoscCopperSection {
  const wire: { readonly diameter?: unknown; readonly length?: unknown } = fields.whole(
    'section',
    sent,
  );
  const diameter = fields.number('diameter', wire.diameter);
  const length = fields.count('length', wire.length);
  if (diameter === null || length === null) throw new UnreadableRecord('a section has no length');
  return { diameter, length };
}

function translateConcentrationPoint(
  fields: KoscFields,
  sent: unknown,
): KoscCopper['concentrationPoint'] {
  const wire: { readonly latlng?: unknown; readonly address?: unknown } | null = fields.record(
    'concentration_point',
    sent,
  );
  if (wire === null) return null;
  return {
    location: translateLocation(fields, wire.latlng),
    address: translateAddress(fields, wire.address),
  };
}

function translateLocation(fields: KoscFields, sent: unknown): GeoPoint | null {
  const wire: { readonly latitude?: unknown; readonly longitude?: unknown } | null = fields.record(
    'latlng',
    sent,
  );
  const latitude = fields.degrees('latitude', wire?.latitude);
  const longitude = fields.degrees('longitude', wire?.longitude);
  return latitude === null || longitude === null ? null : { latitude, longitude };
}

/** The building of a `fiber_info`. */
export function translateBuilding(fields: KoscFields, sent: unknown): KoscBuilding | null {
  const fiberInfo: { readonly building?: unknown } | null = fields.record('fiber_info', sent);
  const wire: WireBuilding | null = fields.record('building', fiberInfo?.building);
  const buildingRef = fields.text('building_ref', wire?.building_ref);
  if (wire === null || buildingRef === null) return null;
  return {
    buildingRef,
    name: fields.text('building_name', wire.name),
    type: fields.text('building_type', wire.type),
    operatorCode: fields.text('operator_code', wire.operator_code),
    operatorName: fields.text('operator_name', wire.operator_name),
    nro: fields.text('nro', wire.nro),
    address: translateAddress(fields, wire.address),
  };
}

function translateAddress(fields: KoscFields, sent: unknown): KoscAddress | null {
  const wire: WireAddress | null = fields.record('address', sent);
  if (wire === null) return null;
  return {
    koscStreetCode: fields.text('kosc_street_code', wire.kosc_street_code),
    koscInseeCode: fields.fiveDigits('kosc_insee_code', wire.kosc_insee_code),
    streetNumber: fields.text('street_number', wire.street_number),
    streetName: fields.text('street_name', wire.street_name),
    city: fields.text('city', wire.city),
    housingComplex: fields.text('housing_complex', wire.housing_complex),
    stairs: fields.text('stairs', wire.stairs),
    floor: fields.text('floor', wire.floor),
    door: fields.text('door', wire.door),
    ownerName: fields.text('owner_name', wire.owner_name),
  };
}
