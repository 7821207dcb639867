import type { FibreForecast } from '../../operators/port/site-qualifier.ts';
import { builder } from '../../schema/builder.ts';
import type { AddressCandidate } from '../candidate.ts';
import type { Establishment } from '../directory.ts';
import type { SiteCandidate } from '../site-candidates.ts';

export const AddressCandidateRef = builder.objectRef<AddressCandidate>('AddressCandidate');
export const SiteCandidateRef = builder.objectRef<SiteCandidate>('SiteCandidate');
export const FibreForecastRef = builder.objectRef<FibreForecast>('FibreForecast');
export const EstablishmentRef = builder.objectRef<Establishment>('Establishment');
