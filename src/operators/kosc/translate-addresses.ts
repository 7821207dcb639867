import type { FibreForecast } from '../port/site-qualifier.ts';
import { findCategory } from '../../vocabulary/eligibility-codes.ts';
import type { KoscBuilding } from './domain.ts';
import { readAvailability } from '../../vocabulary/reason.ts';
import { translateBuilding } from './translate-place.ts';
import type { KoscFields } from './wire.ts';

// The answers of Kosc's search by address, see https://doc.kosc-telecom.fr/en/api/eligibility/address_funnel.html
// Each function reads a body; members of a list that cannot be read are left out and reported.

export interface KoscCity {
  readonly inseeCode: string;
  readonly names: readonly string[];
}

export interface KoscStreet {
  readonly code: string;
  readonly name: string;
}

export function translateCities(fields: KoscFields, body: unknown): KoscCity[] {
  const read = fields.list('cities', body, (given): KoscCity => {
    const wire = fields.whole('city', given) as Readonly<Record<string, unknown>>;
    const names = [fields.text('city', wire['city']), fields.text('locality', wire['locality'])];
    return {
      inseeCode: fields.id(
        'kosc_insee_code',
        fields.fiveDigits('kosc_insee_code', wire['kosc_insee_code']),
      ),
      names: names.filter((name) => name !== null),
    };
  });
  return read ?? [];
}

export function translateStreets(fields: KoscFields, body: unknown): KoscStreet[] {
  const read = fields.list('streets', body, (given): KoscStreet => {
    const wire = fields.whole('street', given) as Readonly<Record<string, unknown>>;
    return {
      code: fields.id('kosc_street_code', wire['kosc_street_code']),
      name: fields.text('street_name', wire['street_name']) ?? '',
    };
  });
  return read ?? [];
}

/** The numbers of a street as Kosc writes them: `4B`. */
export function translateStreetNumbers(fields: KoscFields, body: unknown): string[] {
  return (
    fields.list('street_numbers', body, (given) =>
      fields.id(
        'street_number',
        typeof given === 'object' && given !== null && 'street_number' in given
          ? given.street_number
          : given,
      ),
    ) ?? []
  );
}

export function translateBuildings(fields: KoscFields, body: unknown): KoscBuilding[] {
  const read = fields.list('buildings', body, (given) =>
    translateBuilding(fields, { building: given }),
  );
  return (read ?? []).filter((building) => building !== null);
}

/** Null where Kosc does not say. */
export function translateForecast(fields: KoscFields, body: unknown): FibreForecast | null {
  const wire = fields.record('forecast', body) as Readonly<Record<string, unknown>> | null;
  const code = fields.text('message_elig_code', wire?.['message_elig_code']);
  if (wire === null || code === null) return null;
  const english = fields.text('message_elig_text_en', wire['message_elig_text_en']);
  const french = fields.text('message_elig_text_fr', wire['message_elig_text_fr']);
  const date = fields.text('message_elig_date', wire['message_elig_date']);
  const category = findCategory(code);
  return {
    code,
    category,
    // The English text may be French, as in Kosc's own example.
    message: english ?? french ?? code,
    availability: category === 'NOT_YET' ? readAvailability(date) : null,
  };
}
