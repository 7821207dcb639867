import {
  answerHeading,
  resultHeadings,
  type ResultColumn,
  type ResultLanguage,
} from '../result-columns.ts';
import type { InputIssue } from '../../vocabulary/errors.ts';
import type { Money, PriceStatus } from '../../vocabulary/money.ts';
import type { Address } from '../../vocabulary/place.ts';
import type { SkipCode } from '../../vocabulary/site.ts';
import { chooseOffers, type OperatorOffer } from './best-offer.ts';
import {
  issueWords,
  priceStatusWords,
  resolutionWords,
  skipWords,
  stateWords,
  verdictWords,
} from './words.ts';
import type { AnsweredRow, AskedOutcome, AskedSite } from '../batch.ts';
import type { ResultsOptions } from './results-options.ts';

/** A cell: a text, a number, an exact amount of money, or nothing. */
export type Cell = string | number | { readonly amount: string } | null;

/** The lines of a table. */
export type CellRows = AsyncIterable<readonly Cell[]> | Iterable<readonly Cell[]>;

type Told = Pick<ResultsOptions, 'language' | 'operators' | 'per'>;

/** The headings of the columns that results add to a table. */
export function addedHeadings({ language, operators }: Told): string[] {
  return [
    ...Object.values(resultHeadings).map((heading) => heading[language]),
    ...operators.map((operator) => answerHeading(operator, language)),
  ];
}

/** The cells that results add to a row: one list for each line of the file, which shows one offer. */
export function addedCells(row: AnsweredRow, columns: readonly string[], told: Told): Cell[][] {
  const { siteQualification: asked } = row;
  const { language, operators } = told;
  const ofSite = siteCells(row, columns, language);
  const answers = operators.map((operator) => describeAnswer(asked, operator, language));
  return chooseOffers(asked, told.per).map((offer) => {
    const cells = { ...ofSite, ...(offer === null ? {} : offerCells(offer, language)) };
    // In the order of the headings.
    const keys = Object.keys(resultHeadings) as ResultColumn[];
    return [...keys.map((key) => cells[key] ?? null), ...answers];
  });
}

type Cells = Partial<Record<ResultColumn, Cell>>;

function siteCells(
  { line, values, issues, siteQualification: asked }: AnsweredRow,
  columns: readonly string[],
  language: ResultLanguage,
): Cells {
  const isRefused = issues.length > 0;
  const state = asked?.state ?? (isRefused ? 'REFUSED' : 'NOT_ASKED');
  const resolution = asked?.resolution ?? null;
  return {
    verdict: asked === null ? null : verdictWords[language][asked.verdict],
    state: stateWords[language][state],
    refusal: isRefused
      ? issues.map((issue) => issueText(issue, columns, values, language)).join(' ')
      : null,
    line,
    resolvedAddress: asked?.site.address ? addressText(asked.site.address) : null,
    resolvedBuilding: asked?.site.buildingRef ?? null,
    resolution:
      resolution === null
        ? null
        : sentence(resolutionWords[language][resolution.result], resolution.message),
    qualificationId: asked?.id ?? null,
  };
}

/** Why a row is refused, in a sentence. */
function issueText(
  { path, code, message }: InputIssue,
  columns: readonly string[],
  values: readonly string[],
  language: ResultLanguage,
): string {
  const words = language === 'fr' ? issueWords[code] : undefined;
  const [heading] = path;
  // A code without French words has its English message alone.
  if (words === undefined) return message;
  if (heading === undefined) return words;
  const value = values[columns.indexOf(heading)] ?? '';
  return value === ''
    ? `${heading} : ${words}`
    : `${heading} : « ${value.slice(0, 64)} ». ${words}`;
}

/** An address in one line. */
function addressText(address: Address): string | null {
  const { label, streetNumber, streetExtension, streetName, postCode, cityName } = address;
  if (label !== null) return label;
  const street = [`${streetNumber ?? ''}${streetExtension ?? ''}`, streetName];
  return [...street, postCode, cityName].filter(Boolean).join(' ') || null;
}

function describeAnswer(
  asked: AskedSite | null,
  operator: string,
  language: ResultLanguage,
): string | null {
  const outcome = asked?.outcomes.find((one) => one.operator === operator);
  return outcome === undefined ? null : outcomeText(outcome, language);
}

function outcomeText(
  { state, verdict, skip, error }: AskedOutcome,
  language: ResultLanguage,
): string {
  if (skip !== null) {
    if (language === 'en') return `Skipped: ${skip.message}`;
    return `Non interrogé : ${skipWords[skip.code as SkipCode] ?? skip.message}`;
  }
  if (error !== null) {
    const { code, message, correlationId } = error;
    const traced = correlationId === null ? '' : ` [${correlationId}]`;
    return `${language === 'fr' ? 'Échec' : 'Failed'} (${code})${traced}${language === 'fr' ? ' ' : ''}: ${message}`;
  }
  return verdictWords[language][state === 'PENDING' ? 'PENDING' : verdict];
}

function offerCells({ operator, offer }: OperatorOffer, language: ResultLanguage): Cells {
  const { price, priceStatus, setupFee, setupFeeStatus, reasons } = offer;
  const available = reasons.map(({ availability }) => availability?.date ?? availability?.text);
  return {
    offerOperator: operator,
    // An outcome that an earlier version stored has no network.
    offerNetwork: offer.network ?? null,
    offerName: offer.name,
    offerTechnology: offer.technology,
    offerVerdict: verdictWords[language][offer.verdict],
    maxBandwidth: offer.maxBandwidth,
    guaranteedBandwidth: offer.guaranteedBandwidth,
    price: known(price, priceStatus),
    priceStatus: priceStatusWords[language][priceStatus],
    setupFee: known(setupFee, setupFeeStatus),
    setupFeeStatus: priceStatusWords[language][setupFeeStatus],
    leadTime: offer.leadTimeDays,
    commitment: offer.commitmentMonths,
    validUntil: offer.guaranteedUntilDate?.slice(0, 10) ?? null,
    availability: available.find((one) => one !== undefined) ?? null,
    reasons: reasons.map(({ message }) => message).join('; ') || null,
  };
}

/** An amount only where its status says that there is one. */
function known(money: Money | null, status: PriceStatus): Cell {
  return money === null || status !== 'KNOWN' ? null : { amount: money.amount };
}

function sentence(word: string, message: string | null): string {
  return message === null ? word : `${word} (${message})`;
}
