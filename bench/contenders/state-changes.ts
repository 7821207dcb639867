import { setTimeout as sleep } from 'node:timers/promises';
import type { Calls } from './calls.ts';
import { states } from './translate.ts';

/** The slice of the schema that the peers' subscriptions have. */
export const subscriptionTypes = /* GraphQL */ `
  type StateChange {
    state: String!
    changeDate: String!
    changeReason: String
  }
  type StateChangeEvent {
    sequence: Int!
    terminal: Boolean!
    stateChange: StateChange
  }
  type Query {
    ok: Boolean
  }
  type Subscription {
    productOfferingQualificationStateChange(id: ID!): StateChangeEvent!
  }
`;

/** One change, as it is published. */
export interface StateChangeEvent {
  readonly sequence: number;
  readonly terminal: boolean;
  readonly stateChange: {
    readonly state: string | undefined;
    readonly changeDate: string;
    readonly changeReason: string;
  };
}

const pauseMs = 250;

/** One poll for each id however many subscribe to it, which is what publishing needs. */
export function pollChanges(
  calls: Calls,
  publish: (id: string, event: StateChangeEvent) => void,
): (id: string) => void {
  const polled = new Set<string>();
  const poll = async (id: string): Promise<void> => {
    let seen = 0;
    for (let isOver = false; !isOver;) {
      const { state_change: changes } = await calls.qualification(id);
      for (; seen < changes.length; seen += 1) {
        const change = changes[seen];
        if (change === undefined) break;
        isOver = change.state.startsWith('done');
        publish(id, {
          sequence: seen + 1,
          terminal: isOver,
          stateChange: {
            state: states[change.state],
            changeDate: change.change_date,
            changeReason: change.change_reason,
          },
        });
      }
      if (!isOver) await sleep(pauseMs);
    }
  };
  return (id) => {
    if (polled.has(id)) return;
    polled.add(id);
    void poll(id);
  };
}
