import * as operations from './page/operations.js';
import * as ownAnswers from './page/question/own-answers.js';

/** Every operation of the page, as it is sent. */
export const pageDocuments: readonly string[] = Object.values({
  ...operations,
  ...ownAnswers,
}).filter((value) => typeof value === 'string');
