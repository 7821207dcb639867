/** A state change as the clients of these tests select it. */
export interface StateEvent {
  readonly productOfferingQualificationStateChange: {
    readonly sequence: number;
    readonly stateChange: { readonly state: string };
    readonly terminal: boolean;
  };
}

const selection = '{ sequence stateChange { state } terminal }';

/** Follows a qualification. */
export const statesOperation = `subscription States($id: ID!) { productOfferingQualificationStateChange(id: $id) ${selection} }`;

/** The same, for where there are no variables. */
export const statesOf = (id: string): string =>
  `subscription States { productOfferingQualificationStateChange(id: "${id}") ${selection} }`;

/** What a client sees of the documented site's qualification, from its creation to its end. */
export const documentedStates: readonly string[] = [
  'ACKNOWLEDGED',
  'IN_PROGRESS_ELIGIBILITY',
  'IN_PROGRESS_OFFER',
  'DONE_READY',
];

/** The states of the events that a client was given. */
export const statesIn = (
  events: readonly (StateEvent | null | undefined)[],
): (string | undefined)[] =>
  events.map((event) => event?.productOfferingQualificationStateChange.stateChange.state);
