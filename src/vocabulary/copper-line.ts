export type CopperLineStatus = 'ACTIVE' | 'INACTIVE';
export type CopperActivationType = 'ACTIVATE' | 'CREATE' | 'CREATE_NEIGHBOUR' | 'CREATE_NEARBY';

/** A copper line, and what is to be done with it. */
export interface CopperLine {
  readonly number: string;
  readonly status: CopperLineStatus;
  readonly activationType: CopperActivationType;
}
