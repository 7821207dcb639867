import { json, type Answer } from '../../../src/sandbox/http/answer.ts';
import { defaultPace } from '../../../src/sandbox/http/pace.ts';
import { ScriptedState, type Script } from '../../../src/sandbox/http/scripted-state.ts';
import { startSimulation, type Simulated } from '../../../src/sandbox/http/simulate.ts';

/** What the simulated Radio answers; `status` other than 200 is a failure. */
export interface RadioAnswer {
  readonly status: number;
  readonly body: unknown;
}

/** Other spellings of its answers: numbers as text, plans under another name. */
export const radioVariants = ['numbers-as-text', 'offers-for-plans'] as const;

type RadioScript = Script<'coverage' | 'unknown', (typeof radioVariants)[number]>;

interface Own {
  readonly apiKey: string;
  /** What it answers from now on; a promise makes it wait, for ever where that never resolves. */
  answerWith(answer: RadioAnswer | Promise<RadioAnswer>): void;
}

/** A simulated Radio that is listening: one GET by coordinates, a key in a header, an answer at once. */
export type SimulatedRadio = Simulated<RadioScript> & Own;

const plans = [
  { sku: 'AIR100', label: 'Air 100', down: 100, up: 20, eurosPerMonth: '29.9', install: '0' },
  { sku: 'AIR50', label: 'Air 50', down: 50, up: 10, eurosPerMonth: '19.90', install: '49' },
];
const covered: RadioAnswer = {
  status: 200,
  body: { ref: 'R-1', coverage: 'yes', plans, contact: 'Jeanne Dupont' },
};

class RadioState extends ScriptedState<RadioScript> {
  answer: RadioAnswer | Promise<RadioAnswer> = covered;

  override reset(): void {
    super.reset();
    this.answer = covered;
  }
}

const apiKey = 'radio-key';

function spell(body: unknown, variants: readonly string[]): string {
  let text = JSON.stringify(body);
  if (variants.includes('numbers-as-text')) text = text.replace(/:(\d+)/g, ':"$1"');
  if (variants.includes('offers-for-plans')) text = text.replace('"plans"', '"offers"');
  return text;
}

export function startSimulatedRadio(): Promise<SimulatedRadio> {
  return startSimulation<RadioScript, RadioState, Own>({
    open: (script, now) =>
      new RadioState({ ...defaultPace, faults: [], variants: [], ...script }, now),
    routes: [
      {
        name: 'coverage',
        method: 'GET',
        path: '/coverage',
        slash: false,
        handle: async ({ state }): Promise<Answer> => {
          const { status, body } = await state.answer;
          return json(status, spell(body, state.script.variants), {}, String);
        },
      },
    ],
    scriptSchema: () => Promise.reject(new Error('Radio is scripted by tests alone.')),
    refusal: (_state, { headers }) =>
      headers['x-api-key'] === apiKey ? null : json(401, { message: 'key' }),
    notFound: () => json(404, { message: 'nothing here' }),
    refuse: (_state, status, message) => json(status, { message }),
    about: {},
    own: (state) => ({
      apiKey,
      answerWith: (answer) => {
        state.answer = answer;
      },
    }),
  });
}
