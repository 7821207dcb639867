import { ScriptedState } from '../http/scripted-state.ts';
import { defaultAddressScript, type AddressScript } from './address-script.ts';

/** How long everything is refused after too many calls. */
const blockedMs = 5_000;

/** What the simulated address services remember between two calls. */
export class AddressState extends ScriptedState<AddressScript> {
  #recent: number[] = [];
  #blockedUntil = 0;

  constructor(script: AddressScript, now: () => number) {
    super({ ...defaultAddressScript, ...script }, now);
  }

  override reset(): void {
    super.reset();
    this.#recent = [];
    this.#blockedUntil = 0;
  }

  /** Counts a call of the geocoder. Null where it passes, or in how many seconds to come back: each call too many prolongs that. */
  refusesFor(): number | null {
    const now = this.now();
    this.#recent = [...this.#recent.filter((at) => at > now - 1_000), now];
    if (this.#recent.length > this.script.callsPerSecond) this.#blockedUntil = now + blockedMs;
    return now < this.#blockedUntil ? Math.ceil((this.#blockedUntil - now) / 1_000) : null;
  }
}
