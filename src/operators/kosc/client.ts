import type { Answered, OperatorApi } from '../calling/operator-api.ts';
import type { CallOptions } from '../calling/call.ts';
import { Route } from '../calling/route.ts';
import { OperatorError } from '../port/operator-error.ts';
import { normalLineNumber, normalOtpRef } from '../../vocabulary/site-key.ts';
import type { FibreForecast } from '../port/site-qualifier.ts';
import type { EligibilityRequest, KoscBuilding, KoscEligibility } from './domain.ts';
import {
  translateBuildings,
  translateCities,
  translateForecast,
  translateStreetNumbers,
  translateStreets,
  type KoscCity,
  type KoscStreet,
} from './translate-addresses.ts';
import { readErrorBody } from './transport.ts';
import { spellRequest, translateEligibility } from './translate.ts';
import type { KoscFields } from './wire.ts';

/** Kosc's REST API, a method a route. Every method throws OperatorError and, when aborted, the signal's reason. */
export function openKoscClient(api: OperatorApi, fields: KoscFields) {
  const offers = new Route('offers', ['/api/v2/eligibility/offers/']);
  // The search by address: https://doc.kosc-telecom.fr/en/api/eligibility/address_funnel.html
  const search = <T>(
    name: string,
    path: string,
    translate: (fields: KoscFields, body: unknown) => T,
  ) => {
    const route = api.route(name, 'GET', `/api/v2/eligibility/${path}/`, (value) =>
      translate(fields, value),
    );
    return (query: Record<string, string>, options: CallOptions): Promise<T> =>
      route({ query: new URLSearchParams(query) }, options);
  };
  const cities = search('cities', 'cities', translateCities);
  const streets = search('streets', 'streets', translateStreets);
  const streetNumbers = search('street_numbers', 'street_numbers', translateStreetNumbers);
  const buildings = search('buildings', 'buildings', translateBuildings);
  const forecast = search('forecast', 'forecast_eligibility', translateForecast);

  const read = ({ value, answer }: Answered, request: EligibilityRequest): KoscEligibility => {
    const eligibility = translateEligibility(fields, value, request, new Date().toISOString());
    if (eligibility !== null) {
      if (!isAboutAnother(eligibility)) return eligibility;
      // Neither is quoted: a line may be unlisted.
      const message = 'Kosc answered about another outlet or line than it was asked about.';
      throw new OperatorError('KOSC', 'INVALID_RESPONSE', message);
    }
    // An error may come with any status, a success included.
    if (readErrorBody(fields, answer).error !== '') throw api.makeFailure(answer);
    const message = `Kosc answered ${answer.status} without an eligibility_ref; nothing can be ordered with this answer.`;
    throw new OperatorError('KOSC', 'INVALID_RESPONSE', message);
  };

  return {
    /**
     * Asks about one line, outlet or building. Kosc records each question under a reference of its own, so it is sent
     * once. Throws UnknownReferenceError where Kosc does not know the reference.
     */
    checkEligibility(request: EligibilityRequest, options: CallOptions): Promise<KoscEligibility> {
      const call = { method: 'POST', body: spellRequest(request), repeatable: false } as const;
      return api.call(offers, call, options, (answered) => read(answered, request));
    },
    /** The communes of a postcode. */
    cities: (zipcode: string, options: CallOptions): Promise<KoscCity[]> =>
      cities({ zipcode }, options),
    /** The streets of a commune. */
    streets: (inseeCode: string, options: CallOptions): Promise<KoscStreet[]> =>
      streets({ kosc_insee_code: inseeCode }, options),
    /** The numbers of a street, as Kosc writes them: `4B`. */
    streetNumbers: (streetCode: string, options: CallOptions): Promise<string[]> =>
      streetNumbers({ kosc_street_code: streetCode }, options),
    /** The buildings at a number of a street. */
    buildings: (
      streetCode: string,
      number: string,
      options: CallOptions,
    ): Promise<KoscBuilding[]> =>
      buildings({ kosc_street_code: streetCode, street_number: number }, options),
    /** When fibre is expected where there is no building; null where Kosc does not say. */
    forecast: (
      streetCode: string,
      number: string,
      options: CallOptions,
    ): Promise<FibreForecast | null> =>
      forecast({ kosc_street_code: streetCode, street_number: number }, options),
  };
}

export type KoscClient = ReturnType<typeof openKoscClient>;

/** Whether an answer names another outlet or line than was asked about. An answer that names none, or masks it, does not. */
function isAboutAnother({ reference, referenceType, endpoint }: KoscEligibility): boolean {
  const { endpointRef = null, endpointRefType = null } = endpoint ?? {};
  if (endpointRef === null || referenceType === 'BUILDING') return false;
  if (endpointRefType !== null && endpointRefType !== referenceType) return false;
  const normal = referenceType === 'OTP' ? normalOtpRef : normalLineNumber;
  const named = normal(endpointRef);
  return named !== null && named !== normal(reference);
}
