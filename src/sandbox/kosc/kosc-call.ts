import type { SandboxRequest } from '../http/sandbox-request.ts';
import type { KoscState } from './kosc-state.ts';

/** A call of the simulated Kosc, as its handlers see it. */
export interface KoscCall {
  state: KoscState;
  request: SandboxRequest;
  params: Readonly<Record<string, string>>;
}
