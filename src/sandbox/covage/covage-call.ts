import type { SandboxRequest } from '../http/sandbox-request.ts';
import type { CovageState } from './covage-state.ts';

/** A call of the simulated Covage, as its handlers see it. */
export interface CovageCall {
  state: CovageState;
  request: SandboxRequest;
  params: Readonly<Record<string, string>>;
}
