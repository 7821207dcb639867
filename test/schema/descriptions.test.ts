import {
  isEnumType,
  isInputObjectType,
  isIntrospectionType,
  isInterfaceType,
  isObjectType,
  isSpecifiedDirective,
  isSpecifiedScalarType,
} from 'graphql';
import { describe, expect, test } from 'vitest';
import { composeSchema } from '../../src/compose-schema.ts';
import { operators } from '../../src/operators/index.ts';

interface Described {
  readonly name: string;
  readonly description?: string | null | undefined;
}

const schema = composeSchema(operators);
const types = Object.values(schema.getTypeMap()).filter(
  (type) => !isIntrospectionType(type) && !isSpecifiedScalarType(type),
);
const composite = types.filter((type) => isObjectType(type) || isInterfaceType(type));

/** By coordinate: `Type`, `Type.field`, `Type.field(argument:)`, `Enum.VALUE`, `Input.field`, `@directive`. */
const kinds: Readonly<Record<string, readonly [coordinate: string, element: Described][]>> = {
  type: types.map((type) => [type.name, type]),
  field: composite.flatMap((type) =>
    Object.values(type.getFields()).map((field): [string, Described] => [
      `${type.name}.${field.name}`,
      field,
    ]),
  ),
  argument: composite.flatMap((type) =>
    Object.values(type.getFields()).flatMap((field) =>
      field.args.map((argument): [string, Described] => [
        `${type.name}.${field.name}(${argument.name}:)`,
        argument,
      ]),
    ),
  ),
  'enum value': types
    .filter((type) => isEnumType(type))
    .flatMap((type) =>
      type.getValues().map((value): [string, Described] => [`${type.name}.${value.name}`, value]),
    ),
  'input field': types
    .filter((type) => isInputObjectType(type))
    .flatMap((type) =>
      Object.values(type.getFields()).map((field): [string, Described] => [
        `${type.name}.${field.name}`,
        field,
      ]),
    ),
  directive: schema
    .getDirectives()
    .filter((directive) => !isSpecifiedDirective(directive))
    .map((directive) => [`@${directive.name}`, directive]),
};

const wordsIn = ({ description }: Described): number =>
  (description ?? '').split(/\s+/).filter((word) => /\w/.test(word)).length;

describe('the schema', () => {
  test.for(Object.keys(kinds))('the schema describes every %s in at least three words', (kind) => {
    const bare = kinds[kind]?.filter(([, element]) => wordsIn(element) < 3);
    expect(bare?.map(([coordinate, { description }]) => `${coordinate}: ${description}`)).toEqual(
      [],
    );
  });

  test('the schema says of every field that may be null what null means', () => {
    const nullable = composite.flatMap((type) =>
      Object.values(type.getFields())
        .filter(({ type: of }) => !String(of).endsWith('!'))
        .filter(({ description }) => !/\bnull\b/i.test(description ?? ''))
        .map((field) => `${type.name}.${field.name}`),
    );
    // Of the roots, a failure and an identifier that does not exist are said once, on the type.
    expect(nullable.filter((coordinate) => !coordinate.startsWith('Query.'))).toEqual([]);
  });

  test.for([
    ['FAR', /frais d.accès au réseau/],
    ['FAS', /frais d.accès au service/],
    ['BPE', /dedicated business fibre/],
    ['OTP', /optical termination point/],
    ['IMB', /immeuble/],
    ['NRO', /nœud de raccordement optique/],
  ] as const)('the schema says what %s stands for beside it', ([abbreviation, meaning]) => {
    const explained = Object.values(kinds)
      .flat()
      .map(([, { description }]) => description ?? '')
      .filter((text) => text.includes(abbreviation) && meaning.test(text));
    expect(explained).not.toEqual([]);
  });
});
