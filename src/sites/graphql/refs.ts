import { builder } from '../../schema/builder.ts';
import type { Operator } from '../../operators/port/operator.ts';
import type {
  PartialOutcome,
  PartialSiteQualification,
  SiteQualificationChange,
} from '../../store/site-qualification.ts';
import type { ComparableOffer, Skip } from '../../vocabulary/site.ts';

// The GraphQL types of sites by name, so that the files that define them can refer to each other in any order.

/** An outcome and the site qualification that it belongs to. */
export interface OutcomeOf {
  readonly siteQualificationId: string;
  readonly outcome: PartialOutcome;
}

/** An offer and the operator that made it. */
export interface OfferOf {
  readonly operator: string;
  readonly offer: ComparableOffer;
}

export interface ChangeEvent {
  readonly siteQualificationId: string;
  /** Null where the site qualification does not exist. */
  readonly change: SiteQualificationChange | null;
  /** The cursor from which a client goes on; null where the site qualification does not exist. */
  readonly sequence: number | null;
}

export const SiteQualificationRef =
  builder.objectRef<PartialSiteQualification>('SiteQualification');
export const OutcomeRef = builder.objectRef<OutcomeOf>('OperatorOutcome');
export const OutcomeChangeRef = builder.objectRef<OutcomeOf>('OutcomeChange');
export const SkipRef = builder.objectRef<Skip>('OutcomeSkip');
export const QualifiedOfferRef = builder.objectRef<OfferOf>('QualifiedOffer');
export const ChangeEventRef = builder.objectRef<ChangeEvent>('SiteQualificationChangeEvent');

/** The types that depend on the registry of operators. */
export interface SiteSchema {
  readonly OperatorEnum: ReturnType<typeof builder.enumType<'Operator', string[]>>;
  readonly operators: readonly Operator[];
}
