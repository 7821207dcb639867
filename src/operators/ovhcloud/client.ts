import type { CopperLineStatus } from '../../vocabulary/copper-line.ts';
import type { GeoPoint } from '../../vocabulary/place.ts';
import { normalLineNumber, normalOtpRef } from '../../vocabulary/site-key.ts';
import { OperatorError } from '../port/operator-error.ts';
import type { LenientFields } from '../calling/lenient.ts';
import type { OperatorApi } from '../calling/operator-api.ts';
import type { CallOptions } from '../calling/call.ts';
import type { OvhEligibility, OvhRequest } from './domain.ts';
import { readTask, type Task } from './task.ts';
import {
  readOutletOrLine,
  translateAddresses,
  translateBuildingRefs,
  translateTest,
  type AddressNearby,
} from './translate.ts';

/** How far from a point addresses are looked for, in metres: OVHcloud's own default. */
const distance = 10;

/**
 * OVHcloud's eligibility API, a method a route. Each sends one request: a task under way is looked at by sending it again.
 * Every method throws OperatorError, UnknownReferenceError where OVHcloud does not know the reference, and, when aborted, the
 * signal's reason.
 */
export function openOvhClient(api: OperatorApi, fields: LenientFields) {
  const task = <Result>(name: string, path: string, read: (result: unknown) => Result) =>
    api.route(
      name,
      'POST',
      `/connectivity/eligibility/${path}`,
      (value) => readTask(fields, value, read),
      // These requests only look something up. They are not shared: each look must be newer than the last.
      { repeatable: true },
    );
  const test = (result: unknown) => ({
    translated: translateTest(fields, result),
    about: readOutletOrLine(fields, result),
  });
  const tests = {
    BUILDING: task('testBuilding', 'test/building', test),
    OTP: task('testOtp', 'test/otp', test),
    LINE_NUMBER: task('testLine', 'test/line', test),
    ADDRESS: task('testAddress', 'test/address', test),
  };
  const addresses = task('searchAddresses', 'search/addresses', (result) =>
    translateAddresses(fields, result),
  );
  const buildingsByLine = task('searchBuildingsByLine', 'search/buildingsByLine', (result) =>
    translateBuildingRefs(fields, result),
  );
  return {
    async test(request: OvhRequest, options: CallOptions): Promise<Task<OvhEligibility>> {
      const asked = await tests[request.referenceType]({ body: spell(request) }, options);
      if ('isPending' in asked) return asked;
      const { reference, referenceType } = request;
      const { translated, about } = asked.result;
      if (about !== null && isAnother(about, request)) {
        // Neither is quoted: a line may be unlisted.
        const message = 'OVHcloud answered about another outlet or line than it was asked about.';
        throw new OperatorError('OVHCLOUD', 'INVALID_RESPONSE', message);
      }
      const checkedAt = new Date().toISOString();
      return { result: { ...translated, reference, referenceType, checkedAt } };
    },
    addressesAt: (
      { longitude, latitude }: GeoPoint,
      options: CallOptions,
    ): Promise<Task<AddressNearby[]>> =>
      addresses(
        { body: { latitude: `${latitude}`, longitude: `${longitude}`, distance } },
        options,
      ),
    buildingsOfLine: (
      lineNumber: string,
      status: CopperLineStatus,
      options: CallOptions,
    ): Promise<Task<string[]>> =>
      buildingsByLine({ body: { lineNumber, status: status.toLowerCase() } }, options),
  };
}

export type OvhClient = ReturnType<typeof openOvhClient>;

/** Whether an outlet or a line is another one than was asked about. */
function isAnother(about: string, { referenceType, reference }: OvhRequest): boolean {
  if (referenceType === 'OTP') return normalOtpRef(about) !== reference;
  return referenceType === 'LINE_NUMBER' && normalLineNumber(about) !== reference;
}

function spell(request: OvhRequest): object {
  switch (request.referenceType) {
    case 'BUILDING':
      return { building: request.reference };
    case 'OTP':
      return { otp: request.reference };
    case 'LINE_NUMBER':
      return { lineNumber: request.reference, status: request.status.toLowerCase() };
    case 'ADDRESS':
      return { streetCode: request.streetCode, streetNumber: request.streetNumber };
  }
}
