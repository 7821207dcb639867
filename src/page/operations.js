/** @import { Operation } from './api.js' */
/** @import * as types from './operations.generated.d.ts' */

// Every operation that the page sends. `npm run codegen` holds them against the schema and writes their types.

const site = `
  fragment SiteParts on Site {
    eligibilityId
    buildingRef
    otpRef
    lineNumber
    location { longitude latitude }
    address { label streetNumber streetExtension streetName postCode cityName }
  }`;

const reasons = `
  fragment Reason on QualificationReason {
    code
    category
    message
    availability { text date }
  }`;

const question = `
  fragment Question on SiteQualification {
    id
    creationDate
    state
    verdict
    site { ...SiteParts }
    resolution { result }
    outcomes {
      operator
      state
      verdict
      progress { state changeDate }
      skip { code message }
      error { code message retryable retryAfterSeconds correlationId }
      qualification { __typename }
    }
    offers {
      id
      operator
      name
      technology
      network
      verdict
      reasons { ...Reason }
      guaranteedBandwidth
      maxBandwidth
      commitmentMonths
      price { amount currency }
      priceStatus
      setupFee { amount currency }
      setupFeeStatus
      leadTimeDays
      guaranteedUntilDate
    }
  }
  ${site}
  ${reasons}`;

/** @type {Operation<types.OperatorsQuery, types.OperatorsQueryVariables>} */
export const operators = `query Operators { operators { operator sandbox } }`;

/** @type {Operation<types.SuggestionsQuery, types.SuggestionsQueryVariables>} */
export const suggestions = `
  query Suggestions($text: String!) {
    searchAddresses(text: $text, first: 6) {
      id
      precision
      address { label }
    }
  }`;

/** @type {Operation<types.BusinessQuery, types.BusinessQueryVariables>} */
export const business = `
  query Business($siret: String!) {
    establishment(siret: $siret) {
      name
      isActive
      address { address { label } }
    }
  }`;

/** @type {Operation<types.AskMutation, types.AskMutationVariables>} */
export const ask = `
  mutation Ask($input: QualifySiteInput!) {
    qualifySite(input: $input) {
      __typename
      ... on SiteQualification { id }
      ... on InvalidInputError { message issues { code message allowed found } }
    }
  }`;

/** @type {Operation<types.QuestionQuery, types.QuestionQueryVariables>} */
export const questionById = `
  query Question($id: ID!) {
    siteQualification(id: $id) { ...Question }
  }
  ${question}`;

/**
 * Which buildings an address may mean. By itself, since each is asked for anew.
 * @type {Operation<types.CandidatesQuery, types.CandidatesQueryVariables>}
 */
export const candidates = `
  query Candidates($id: ID!) {
    siteQualification(id: $id) {
      resolution {
        message
        candidates {
          id
          precision
          address { label }
          location { longitude latitude }
          sites {
            buildingName
            premises
            sources
            match
            site { ...SiteParts }
          }
          forecast { code category message availability { text date } }
        }
      }
    }
  }
  ${site}`;

/** @type {Operation<types.QuestionChangesSubscription, types.QuestionChangesSubscriptionVariables>} */
export const questionChanges = `
  subscription QuestionChanges($id: ID!, $after: Int!) {
    siteQualificationChange(id: $id, after: $after) {
      sequence
      change { operator state verdict }
      siteQualification { ...Question }
    }
  }
  ${question}`;

/** @type {Operation<types.PastQuestionsQuery, types.PastQuestionsQueryVariables>} */
export const pastQuestions = `
  query PastQuestions($after: String) {
    siteQualifications(filter: { isOfBatch: false }, first: 8, after: $after) {
      nodes {
        id
        creationDate
        state
        verdict
        site { ...SiteParts }
      }
      pageInfo { hasNextPage endCursor }
    }
  }
  ${site}`;

const batch = `
  fragment Batch on SiteQualificationBatch {
    id
    name
    creationDate
    state
    total
    refused
    completed
    verdicts { verdict count }
    estimatedEndDate
  }`;

/** @type {Operation<types.BatchQuery, types.BatchQueryVariables>} */
export const batchById = `
  query Batch($id: ID!) {
    siteQualificationBatch(id: $id) { ...Batch }
  }
  ${batch}`;

/** @type {Operation<types.BatchChangesSubscription, types.BatchChangesSubscriptionVariables>} */
export const batchChanges = `
  subscription BatchChanges($id: ID!) {
    siteQualificationBatchChange(id: $id) { ...Batch }
  }
  ${batch}`;

/** @type {Operation<types.BatchRowsQuery, types.BatchRowsQueryVariables>} */
export const batchRows = `
  query BatchRows($id: ID!, $filter: SiteQualificationBatchRowFilter, $after: String) {
    siteQualificationBatch(id: $id) {
      rows(filter: $filter, first: 20, after: $after) {
        nodes {
          line
          values { column text }
          issues { path code message allowed found }
          siteQualification {
            id
            externalId
            state
            verdict
            site { ...SiteParts }
            offers(orderBy: PRICE, verdicts: [ELIGIBLE, ELIGIBLE_WITH_CONDITIONS, QUOTE_REQUIRED]) {
              operator
              price { amount currency }
              priceStatus
              setupFee { amount currency }
              leadTimeDays
            }
            later: offers(verdicts: [NOT_YET]) { reasons { availability { text date } } }
          }
        }
        pageInfo { hasNextPage endCursor }
      }
    }
  }
  ${site}`;

/** @type {Operation<types.PastBatchesQuery, types.PastBatchesQueryVariables>} */
export const pastBatches = `
  query PastBatches($after: String) {
    siteQualificationBatches(first: 8, after: $after) {
      nodes { ...Batch }
      pageInfo { hasNextPage endCursor }
    }
  }
  ${batch}`;

/** @type {Operation<types.CancelBatchMutation, types.CancelBatchMutationVariables>} */
export const cancelBatch = `
  mutation CancelBatch($id: ID!) {
    cancelSiteQualificationBatch(input: { id: $id }) {
      __typename
      ... on SiteQualificationBatch { id state }
      ... on InvalidInputError { message issues { code message } }
    }
  }`;
