import { Kind, parse, type OperationDefinitionNode } from 'graphql';
import { expect, test } from 'vitest';
import { letEverybodyIn, type Caller, type Scope, checkScopes } from '../../src/access/caller.ts';

function callerWith(...given: readonly Scope[]): Caller {
  return { tenant: 'one', scopes: new Set(given) };
}

function operation(document: string): OperationDefinitionNode {
  const [first] = parse(document).definitions;
  if (first?.kind !== Kind.OPERATION_DEFINITION) throw new Error('it has no operation');
  return first;
}

test.each([
  ['query { a }', 'read'],
  ['subscription { a }', 'read'],
  ['mutation { a }', 'qualify'],
  ['{ _service { sdl } _entities(representations: []) { __typename } }', 'read'],
  ['{ __schema { description } }', 'read'],
] as const)('%s needs the scope %s and no other', (document, scope) => {
  expect(checkScopes(operation(document), callerWith(scope))).toBeNull();
  const others = (['read', 'qualify', 'personal-data'] as const).filter((one) => one !== scope);
  const errors = checkScopes(operation(document), callerWith(...others));
  expect(errors?.map(({ extensions }) => extensions)).toEqual(
    errors?.map(() => ({ code: 'FORBIDDEN', scope })),
  );
  expect(errors?.[0]?.message).toContain(JSON.stringify(scope));
});

test('each refused field is named as its answer would have been', () => {
  const errors = checkScopes(operation('mutation { a first: b(x: 1) ...f }'), callerWith('read'));
  expect(errors?.map(({ path }) => path)).toEqual([['a'], ['first'], undefined]);
  expect(errors?.map(({ locations }) => locations?.[0]?.column)).toEqual([12, 14, 29]);
});

test('everybody may read and qualify without authentication, personal data only where that is set', async () => {
  const closed = await letEverybodyIn(false).authenticate({ authorization: 'Bearer whatever' });
  expect(closed).toEqual({ tenant: null, scopes: new Set(['read', 'qualify']) });
  const open = await letEverybodyIn(true).authenticate({});
  expect(open.scopes).toContain('personal-data');
});
