import { json, type Answer } from '../http/answer.ts';
import { isFields, type Fields } from '../http/fields.ts';
import type { Route } from '../http/route-table.ts';
import { ScriptedState } from '../http/scripted-state.ts';
import {
  startSimulation,
  type Handler,
  type Simulated,
  type Simulation,
  type SimulationOptions,
} from '../http/simulate.ts';
import { places, type Place } from '../places.ts';
import { premises, type Premises } from './premises.ts';
import { defaultOvhScript, ovhRoutes, ovhVariants, type OvhScript } from './script.ts';
import { nearbyWire, numberOf, testWire } from './wire.ts';

/** A simulated OVHcloud that is listening. Its routes need no credentials. */
export type OvhSandbox = Simulated<OvhScript>;

type Has = (variant: (typeof ovhVariants)[number]['name']) => boolean;

/** What it remembers between two calls: how often each task was asked for. */
class OvhState extends ScriptedState<OvhScript> {
  #asked = new Map<string, number>();
  #tests = 4_711_000;

  override reset(): void {
    super.reset();
    this.#asked = new Map();
  }

  has: Has = (variant) => this.script.variants.includes(variant);

  /** Whether a task is still under way when it is asked for by this request once more; a finished one begins anew. */
  isUnderWay(request: string): boolean {
    const asked = (this.#asked.get(request) ?? 0) + 1;
    const isUnderWay = asked <= this.script.pending;
    this.#asked.set(request, isUnderWay ? asked : 0);
    return isUnderWay;
  }

  nextTest(): number {
    this.#tests += 1;
    return this.#tests;
  }
}

/** What a task comes to: a result, or why there is none. */
type Outcome = { result: unknown } | { error: string };

function route(
  name: (typeof ovhRoutes)[number],
  path: string,
  outcome: (body: Fields, state: OvhState) => Outcome | null,
): Route<Handler<OvhState>> {
  const handle: Handler<OvhState> = ({ state, request }) => {
    const body = isFields(request.body) ? request.body : null;
    const found = body === null ? null : outcome(body, state);
    if (found === null) {
      return json(400, { class: 'Client::BadRequest', message: `Invalid parameters of ${path}` });
    }
    return taskAnswer(`${name} ${request.text}`, found, state);
  };
  return { name, method: 'POST', path: `/connectivity/eligibility/${path}`, slash: false, handle };
}

function taskAnswer(key: string, outcome: Outcome, state: OvhState): Answer {
  const { has } = state;
  const spell = (status: string) =>
    has('status-upper-case') ? `${status.toUpperCase()} ` : status;
  if (state.isUnderWay(key)) {
    const status = spell(has('pending-in-other-words') ? 'queued' : 'pending');
    const nothing = { eligibilityReference: '', endpoint: null, offers: [] };
    return json(200, has('result-while-pending') ? { status, result: nothing } : { status });
  }
  if ('error' in outcome) {
    const error = has('error-as-record') ? { message: outcome.error } : outcome.error;
    return json(200, { status: spell('error'), error });
  }
  const done = has('status-done') ? 'done' : has('status-success') ? 'success' : 'ok';
  return json(200, { status: spell(done), result: outcome.result });
}

function test(one: Premises | undefined, what: string, state: OvhState): Outcome {
  if (one === undefined) return { error: `${what} not found` };
  return { result: testWire(state.nextTest(), one, state.has) };
}

function premisesOf(referenceType: Premises['referenceType'], reference: string) {
  return premises.find((one) => one.referenceType === referenceType && one.reference === reference);
}

const routes = [
  route('testBuilding', 'test/building', ({ building }, state) =>
    typeof building === 'string' ? test(premisesOf('building', building), 'Building', state) : null,
  ),
  // An outlet may be named with its connector, OO-XXXX-XXXX/C.
  route('testOtp', 'test/otp', ({ otp }, state) =>
    typeof otp === 'string' ? test(premisesOf('otp', otp.split('/')[0] ?? ''), 'Otp', state) : null,
  ),
  route('testLine', 'test/line', ({ lineNumber, status }, state) =>
    typeof lineNumber === 'string' && (status === 'active' || status === 'inactive')
      ? test(premisesOf('lineNumber', lineNumber), 'Line', state)
      : null,
  ),
  route('testAddress', 'test/address', ({ streetCode, streetNumber }, state) => {
    if (typeof streetCode !== 'string' || typeof streetNumber !== 'string') return null;
    const one = premises.find(
      ({ referenceType, place }) =>
        (referenceType === 'building' || referenceType === 'address') &&
        place.koscStreetCode === streetCode &&
        numberOf(place) === streetNumber,
    );
    return test(one, 'Address', state);
  }),
  route('searchAddresses', 'search/addresses', ({ latitude, longitude, distance }, { has }) => {
    if (typeof latitude !== 'string' || typeof longitude !== 'string') return null;
    const around = typeof distance === 'number' ? distance : 10;
    const found = Object.values<Place>(places).filter(
      (place) => metresTo(place, Number(latitude), Number(longitude)) <= around,
    );
    return { result: found.map((place) => nearbyWire(place, has)) };
  }),
  route('searchBuildingsByLine', 'search/buildingsByLine', ({ lineNumber }) => {
    if (typeof lineNumber !== 'string') return null;
    const one = premisesOf('lineNumber', lineNumber);
    const reference = one?.place.buildingRef ?? null;
    const buildings = reference === null ? [] : [{ reference, name: 'A', type: 'BUILDING' }];
    return { result: buildings };
  }),
];

/** Near enough for a few metres. */
function metresTo(place: Place, latitude: number, longitude: number): number {
  const metresPerDegree = 111_320;
  const north = (place.latitude - latitude) * metresPerDegree;
  const east =
    (place.longitude - longitude) * metresPerDegree * Math.cos((latitude * Math.PI) / 180);
  return Math.hypot(north, east);
}

const simulation: Simulation<OvhScript, OvhState, object> = {
  open: (script, now) => new OvhState({ ...defaultOvhScript, ...script }, now),
  routes,
  scriptSchema: async () => (await import('./script-schema.ts')).ovhScriptSchema,
  notFound: () =>
    json(404, { class: 'Client::NotFound', message: 'Got an invalid (or empty) URL' }),
  refuse: (_state, status, message) => json(status, { class: `Server::${status}`, message }),
  about: {
    operator: 'OVHcloud (simulated)',
    routes: ovhRoutes,
    premises: premises.map(({ reference, referenceType, shows }) => ({
      reference,
      referenceType,
      shows,
    })),
    variants: ovhVariants,
  },
  own: () => ({}),
};

/** Starts a simulated OVHcloud. Rejects when the port cannot be had. */
export function startOvhcloudSandbox(
  options: SimulationOptions<OvhScript> = {},
): Promise<OvhSandbox> {
  return startSimulation(simulation, options);
}

/** OVHcloud, for the registry of the sandbox. */
export const ovhcloud = {
  name: 'ovhcloud',
  start: startOvhcloudSandbox,
  scriptSchema: simulation.scriptSchema,
  settings: ({ url }: OvhSandbox) => ({ OVH_API_URL: url }),
  examples: `OVHcloud
  building     IMB/77108/X/031C   two networks      IMB/44109/C/02B7   not yet
  otp          FI-3790-3415       not yet           FI-1000-0001       eligible
  line_number  0478299251         copper            0465710004         refused`,
  demonstration: {},
} as const;
