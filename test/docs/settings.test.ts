import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { settingGroups } from '../../src/config.ts';
import { operators } from '../../src/operators/index.ts';
import { startSandbox } from '../../src/sandbox/start-sandbox.ts';

// What the documents say of the settings, held against the settings themselves.

const read = (path: string): string =>
  readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');

/** The default of every variable, spelled as in the environment; null of one that has none. */
const defaults = new Map<string, string | null>(
  [
    ...Object.values(settingGroups).flatMap((group) =>
      Object.values(group).map(({ variable, schema }) => [variable, schema] as const),
    ),
    ...operators.flatMap(({ settings }) => Object.entries(settings.optional)),
  ].map(([variable, schema]) => [variable, spell(schema.parse(undefined))]),
);
for (const { settings } of operators) {
  for (const variable of Object.keys(settings.required)) defaults.set(variable, null);
}

function spell(value: unknown): string | null {
  if (value === undefined || (Array.isArray(value) && value.length === 0)) return null;
  return typeof value === 'boolean' ? String(Number(value)) : `${value as string | number}`;
}

/** Each variable that tables tell with a default beside it, in their order. */
function rowsOf(text: string): (readonly [variable: string, told: string])[] {
  return text.split('\n').flatMap((line) => {
    const [first = '', second = ''] = line
      .split('|')
      .slice(1)
      .map((cell) => cell.trim());
    if (!/^`[A-Z][A-Z_]+`(?:, `[A-Z][A-Z_]+`)*$/.test(first)) return [];
    const variables = first.replaceAll('`', '').split(', ');
    const told = variables.length === 1 ? [second] : second.split(/, ?/);
    return variables.map((variable, index) => [variable, told[index] ?? ''] as const);
  });
}

/** What a table says of a default may be in words only where there is none. */
function wrongDefaults(rows: ReturnType<typeof rowsOf>): string[] {
  return rows.flatMap(([variable, told]) => {
    const known = defaults.get(variable);
    return known === undefined || (known !== null && told !== known) ? [variable] : [];
  });
}

/** The text without the sections, by headings of the third rank, of operators that the registry does not have. */
function ofTheRegistry(text: string): string {
  const [before = '', operatorsPart = ''] = text.split(/^## Operators$/m);
  const [own = '', ...sections] = operatorsPart.split(/^(?=##)/m);
  const kept = sections.filter((section) => {
    const [, label] = /^### (\w+)/.exec(section) ?? [];
    return label === undefined || operators.some(({ key }) => key.name === label.toUpperCase());
  });
  return [before, own, ...kept].join('\n');
}

describe('docs/settings.md', () => {
  const rows = rowsOf(ofTheRegistry(read('docs/settings.md')));

  test('docs/settings.md has every setting, once', () => {
    expect(rows.map(([variable]) => variable).toSorted()).toEqual([...defaults.keys()].toSorted());
  });

  test('docs/settings.md tells the defaults that are', () => {
    expect(wrongDefaults(rows)).toEqual([]);
  });
});

describe('docs/running.md', () => {
  const text = read('docs/running.md');
  const section = text.slice(
    text.indexOf('\n### Ask the real operators'),
    text.indexOf('\n### The sandbox'),
  );

  test('docs/running.md has every setting without which an operator is not asked, and defaults that are', () => {
    const rows = rowsOf(section);
    const required = operators.flatMap(({ settings }) => Object.keys(settings.required));
    expect(rows.map(([variable]) => variable)).toEqual(expect.arrayContaining(required));
    expect(wrongDefaults(rows.filter(([variable]) => defaults.has(variable)))).toEqual([]);
  });
});

/** The path of an address; another value as it is. */
const pathOf = (value: string): string => URL.parse(value)?.pathname ?? value;

describe('compose.yaml', () => {
  test('compose.yaml hands down every setting of every operator, with the default that it has', () => {
    const passed = new Map(
      [...read('compose.yaml').matchAll(/^ {6}([A-Z_]+): \$\{\1:-(.*)\}$/gm)].map(
        ([, variable = '', byDefault]) => [variable, byDefault],
      ),
    );
    for (const { settings } of operators) {
      for (const variable of [
        ...Object.keys(settings.required),
        ...Object.keys(settings.optional),
      ]) {
        expect([variable, passed.get(variable)]).toEqual([variable, defaults.get(variable) ?? '']);
      }
    }
    expect(passed.get('OPERATORS')).toBe('');
  });

  test('compose.yaml is filled in by compose.env.example, which asks for all that an operator needs', () => {
    const asked = [...read('compose.env.example').matchAll(/^([A-Z_]+)=/gm)].map(
      ([, name]) => name,
    );
    const required = operators.flatMap(({ settings }) => Object.keys(settings.required));
    expect(asked).toEqual(expect.arrayContaining(required));
  });

  test('compose.yaml is filled in by compose.env.example for the sandbox, as that says', async () => {
    await using sandbox = await startSandbox();
    const told = Object.fromEntries(
      [...read('compose.env.example').matchAll(/^# ([A-Z_]+)=(.*)$/gm)].map(
        ([, variable = '', value = '']) => [variable, pathOf(value)],
      ),
    );
    const passed = new Set(
      read('compose.yaml')
        .match(/^ {6}[A-Z_]+(?=: )/gm)
        ?.map((one) => one.trim()),
    );
    const played = Object.entries(sandbox.settings).filter(
      ([variable, value]) => passed.has(variable) && defaults.get(variable) !== value,
    );
    expect(told).toEqual(
      Object.fromEntries(played.map(([variable, value]) => [variable, pathOf(value)])),
    );
    const required = operators.flatMap(({ settings }) => Object.keys(settings.required));
    expect(Object.keys(told)).toEqual(expect.arrayContaining(['GEOCODER_URL', ...required]));
  });
});
