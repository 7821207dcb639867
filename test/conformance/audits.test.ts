import { serverAudits } from 'graphql-http';
import { describe, expect, inject, test } from 'vitest';

// The audits of the GraphQL over HTTP specification, by the package of its reference implementation.

const audits = serverAudits({ url: () => inject('serviceUrl') });

describe('the GraphQL over HTTP specification', () => {
  test('has 61 audits', () => {
    expect(audits).toHaveLength(61);
  });

  test.for(audits.map(({ id, name, fn }) => ({ id, name, fn })))('$id: $name', async ({ fn }) => {
    const result = await fn();
    const reason = 'reason' in result ? result.reason : '';
    expect({ status: result.status, reason }).toEqual({ status: 'ok', reason: '' });
  });
});
