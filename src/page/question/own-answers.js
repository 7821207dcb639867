/** @import { Operation } from '../api.js' */
/** @import * as types from '../operations.generated.d.ts' */

// The answers of operators in their own words: one operation a kind of answer, sent when its part of the page is opened. Another operator is
// another member here; without one the page shows what all operators have in common.

/** @typedef {types.CovageAnswerQuery | types.KoscAnswerQuery | types.OvhcloudAnswerQuery} OwnAnswer */

/** @type {Operation<types.CovageAnswerQuery, types.CovageAnswerQueryVariables>} */
export const covageAnswer = `
  query CovageAnswer($id: ID!) {
    siteQualification(id: $id) {
      outcomes {
        operator
        qualification {
          ... on ProductOfferingQualification {
            id
            externalId
            state
            stateChanges { state stateText changeDate changeReason }
            items {
              id
              density
              tariffZone
              maxBandwidth
              zones { offerFamily zone label }
              estimatedDeliveries { offerFamily text days }
              guaranteedUntilDate
              eligibleOfferFamilies
              offers {
                offer { id name offerFamily offerTechnology bandwidth }
                zone
                priceStatus
                price { amount currency }
                networkAccessFee { amount currency }
                serviceAccessFee { amount currency }
              }
            }
          }
        }
      }
    }
  }`;

/** @type {Operation<types.KoscAnswerQuery, types.KoscAnswerQueryVariables>} */
export const koscAnswer = `
  query KoscAnswer($id: ID!) {
    siteQualification(id: $id) {
      outcomes {
        operator
        qualification {
          ... on KoscEligibility {
            id
            reference
            referenceType
            lineStatus
            activationType
            checkedAt
            building { buildingRef name type operatorCode operatorName nro }
            endpoint { endpointRef endpointRefType copper { status availablePairs totalLength } }
            koscOffers: offers {
              product { code name provider priority portabilityEnabled }
              productLine { code name }
              eligibility {
                eligible
                reasons { code message availability { text } }
                underConditions { code message }
              }
              setupFee { amount currency }
              orderDelayDays
            }
          }
        }
      }
    }
  }`;

/** @type {Operation<types.OvhcloudAnswerQuery, types.OvhcloudAnswerQueryVariables>} */
export const ovhcloudAnswer = `
  query OvhcloudAnswer($id: ID!) {
    siteQualification(id: $id) {
      outcomes {
        operator
        qualification {
          ... on OvhEligibility {
            id
            reference
            referenceType
            checkedAt
            ovhOffers: offers {
              code
              name
              type
              provider
              network
              downloadRate
              uploadRate
              isGuaranteed
              estimatedDownloadRate
              estimatedUploadRate
              serviceLevels
              reasons { code message availability { text } }
              underConditions { code message }
            }
          }
        }
      }
    }
  }`;

/** The operation that reads an answer, by its type. @type {Readonly<Record<string, Operation<OwnAnswer, { id: string }>>>} */
export const ownAnswers = {
  ProductOfferingQualification: covageAnswer,
  KoscEligibility: koscAnswer,
  OvhEligibility: ovhcloudAnswer,
};
