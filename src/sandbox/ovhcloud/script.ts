import { defaultPace } from '../http/pace.ts';
import type { Script } from '../http/scripted-state.ts';

/** The names of the simulated OVHcloud's routes, as calls record them and faults name them; `unknown` is what is none of them. */
export const ovhRoutes = [
  'testBuilding',
  'testOtp',
  'testLine',
  'testAddress',
  'searchAddresses',
  'searchBuildingsByLine',
  'unknown',
] as const;

/** Other spellings on the wire, by name. They change the wire only, never the data behind it. */
export const ovhVariants = [
  { name: 'status-done', description: 'A finished task is `done`, as the guide lists it' },
  { name: 'status-success', description: 'A finished task is `success`, as the guide shows it' },
  { name: 'status-upper-case', description: 'Statuses in capitals, with a blank behind' },
  { name: 'result-while-pending', description: 'A task under way has an empty test as its result' },
  {
    name: 'pending-in-other-words',
    description: 'A task under way is `queued`, which no document has',
  },
  { name: 'rates-as-text', description: 'downloadRate and the other rates are texts' },
  {
    name: 'flags-as-text',
    description: 'eligible and guaranteed are the texts `true` and `false`',
  },
  { name: 'lists-null', description: 'Lists that are empty are null' },
  { name: 'lists-absent', description: 'Lists that are empty are absent' },
  { name: 'grt-as-text', description: 'grt is one text with commas' },
  { name: 'codes-as-numbers', description: 'Codes of digits, such as 3049, are JSON numbers' },
  { name: 'insee-as-number', description: 'inseeCode and zipCode are JSON numbers' },
  { name: 'error-as-record', description: 'The error of a task is a record with a message' },
  { name: 'reference-as-number', description: 'eligibilityReference is a JSON number' },
] as const;

type Route = (typeof ovhRoutes)[number];
type Variant = (typeof ovhVariants)[number]['name'];

/** How the simulated OVHcloud behaves. What is absent is as by default. */
export interface OvhScript extends Script<Route, Variant> {
  /** How often a task is `pending` when it is asked for, before it is done; 1 by default. */
  pending?: number;
}

/** The behaviour when nothing is scripted. */
export const defaultOvhScript: Required<OvhScript> = {
  ...defaultPace,
  pending: 1,
  faults: [],
  variants: [],
};
