import { FaultPlan, type Fault } from './fault.ts';
import { Gate, type Pace } from './pace.ts';

/** The part that the scripts of all simulated operators have. What is absent is as by default. */
export interface Script<
  Route extends string = string,
  Variant extends string = string,
> extends Pace {
  /** What goes wrong. A script that has this starts the counting of its calls anew. */
  faults?: Fault<Route>[];
  /** Other spellings on the wire, by name. */
  variants?: Variant[];
}

/** What a simulated operator remembers between two calls: its script, and what a subclass adds. */
export class ScriptedState<S extends Script> {
  /** Milliseconds since the epoch, by the clock that the operator goes by. */
  readonly now: () => number;
  readonly initial: Required<S>;
  script: Required<S>;
  faults: FaultPlan;
  gate = new Gate();

  constructor(initial: Required<S>, now: () => number) {
    this.now = now;
    this.initial = initial;
    this.script = initial;
    this.faults = new FaultPlan(initial.faults);
  }

  /** Changes what the patch has and leaves the rest. */
  patch(patch: S): void {
    this.follow({ ...this.script, ...patch }, patch.faults !== undefined);
  }

  /** Takes a script for the whole: what it does not have is as at the start. */
  replace(script: Partial<S>): void {
    this.follow({ ...this.initial, ...script }, true);
  }

  /** Forgets what happened since the start, and scripts. Tokens stay valid. */
  reset(): void {
    this.gate = new Gate();
    this.replace({});
  }

  /** Takes up a script. A subclass adds what it keeps of one in another form. */
  protected follow(script: Required<S>, faultsAnew: boolean): void {
    this.script = script;
    if (faultsAnew) this.faults = new FaultPlan(script.faults);
  }
}
