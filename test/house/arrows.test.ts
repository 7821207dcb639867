import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';

// The arrows of ARCHITECTURE.md are lint rules by pattern. Here they are tried on folders that are not there yet: an
// operator and a feature that somebody adds are held without a change of the rules.

type Row = readonly [file: string, forbidden: readonly string[], allowed: readonly string[]];

const rows: readonly Row[] = [
  [
    'operators/newcomer/client.ts',
    [
      '../kosc/wire.ts',
      '../index.ts',
      '../../sites/site-questions.ts',
      '../../addresses/geocoder.ts',
      '../../batches/feeder.ts',
      '../../request/operation.ts',
      '../../http/server.ts',
      '../../service.ts',
      '../../config.ts',
      '../../sandbox/newcomer/routes.ts',
      '../../operators/kosc/wire.ts',
      '../../page/page.js',
    ],
    [
      './wire.ts',
      './graphql/refs.ts',
      '../port/operator.ts',
      '../calling/http.ts',
      '../../vocabulary/verdict.ts',
      '../../store/store.ts',
      '../../watch/watch.ts',
      '../../settings.ts',
    ],
  ],
  [
    'operators/newcomer/graphql/offer.ts',
    [
      '../../kosc/domain.ts',
      '../../index.ts',
      '../../../request/operation.ts',
      '../../../sites/graphql/refs.ts',
      '../../../http/server.ts',
    ],
    ['../domain.ts', './refs.ts', '../../port/operator-error.ts', '../../../schema/builder.ts'],
  ],
  [
    'operators/newcomer/lists/deep/page.ts',
    ['../../../covage/wire.ts', '../../../index.ts', '../../../../request/operation.ts'],
    ['../../wire.ts', '../../../port/operator.ts', '../../../../vocabulary/verdict.ts'],
  ],
  [
    'operators/calling/one-call.ts',
    [
      '../kosc/client.ts',
      '../index.ts',
      '../../schema/builder.ts',
      '../../sites/site-questions.ts',
    ],
    ['../port/operator-error.ts', '../../store/store.ts', '../../observe/log.ts'],
  ],
  [
    'operators/calling/a-room/inner.ts',
    ['../../kosc/client.ts', '../../index.ts', '../../../schema/builder.ts'],
    ['../http.ts', './beside.ts', '../../port/operator-error.ts', '../../../store/store.ts'],
  ],
  [
    'operators/port/operator.ts',
    ['../newcomer/index.ts', '../index.ts', '../../schema/builder.ts'],
    ['../calling/http.ts', '../../vocabulary/site.ts'],
  ],
  [
    'operators/index.ts',
    ['../sites/site-questions.ts', '../request/operation.ts', '../sandbox/index.ts'],
    ['./newcomer/index.ts', './port/operator.ts'],
  ],
  [
    'sites/site-questions.ts',
    [
      '../operators/newcomer/index.ts',
      '../operators/index.ts',
      '../operators/calling/http.ts',
      '../request/operation.ts',
      '../http/server.ts',
      '../schema/builder.ts',
      '../config.ts',
    ],
    ['../operators/port/site-qualifier.ts', '../store/store.ts', '../vocabulary/site.ts'],
  ],
  [
    'batches/graphql/batch.ts',
    ['../../request/operation.ts', '../../operators/newcomer/index.ts', '../../http/server.ts'],
    ['../../schema/builder.ts', '../feeder.ts', '../../operators/port/operator.ts'],
  ],
  [
    'batches/http/take-file.ts',
    [
      '../../request/pipeline.ts',
      '../../schema/builder.ts',
      '../graphql/batch.ts',
      '../../operators/newcomer/index.ts',
      '../../service.ts',
      '../../config.ts',
    ],
    [
      '../../http/routes/route.ts',
      '../../request/request-error.ts',
      '../../access/rate-limit.ts',
      '../reading/table.ts',
    ],
  ],
  [
    'addresses/geocoder.ts',
    ['../operators/kosc/client.ts', '../request/operation.ts', '../schema/builder.ts'],
    ['../operators/port/site-qualifier.ts', '../store/store.ts'],
  ],
  [
    'schema/new-type.ts',
    [
      '../operators/newcomer/domain.ts',
      '../operators/index.ts',
      '../request/operation.ts',
      '../sites/session.ts',
      '../http/server.ts',
      '../config.ts',
    ],
    ['../operators/port/operator-error.ts', '../vocabulary/verdict.ts', './builder.ts'],
  ],
  [
    'request/new-rule.ts',
    ['../operators/newcomer/client.ts', '../http/server.ts', '../sites/session.ts'],
    ['../schema/builder.ts', '../access/caller.ts', '../operators/port/execution-notes.ts'],
  ],
  [
    'http/new-transport.ts',
    [
      '../operators/port/operator.ts',
      '../sites/site-questions.ts',
      '../service.ts',
      '../store/store.ts',
    ],
    ['../request/pipeline.ts', '../schema/errors.ts', '../access/caller.ts'],
  ],
  [
    'service.ts',
    ['./operators/newcomer/index.ts', './operators/index.ts', './sandbox/start-sandbox.ts'],
    ['./operators/port/operator.ts', './operators/calling/pace.ts', './sites/site-questions.ts'],
  ],
  [
    'watch/look.ts',
    ['../operators/port/operator.ts', '../schema/builder.ts', '../sites/site-questions.ts'],
    ['../store/store.ts', '../vocabulary/verdict.ts'],
  ],
  [
    'store/new-store.ts',
    ['../operators/port/execution-notes.ts', '../watch/watch.ts', '../schema/builder.ts'],
    ['../vocabulary/site.ts', '../observe/log.ts'],
  ],
  [
    'access/new-kind.ts',
    ['../operators/port/operator.ts', '../request/operation.ts', '../schema/builder.ts'],
    ['../store/store.ts', '../observe/log.ts'],
  ],
  ['vocabulary/new-word.ts', ['../store/store.ts', '../schema/scalars.ts'], ['./verdict.ts']],
  [
    'sandbox/newcomer/routes.ts',
    [
      '../kosc/wire.ts',
      '../index.ts',
      '../../operators/newcomer/wire.ts',
      '../../vocabulary/verdict.ts',
      '../../settings.ts',
    ],
    ['../http/answer.ts', '../places.ts', './answers.ts'],
  ],
  ['sandbox/main.ts', ['../operators/index.ts', '../config.ts'], ['./newcomer/routes.ts']],
  ['sandbox/http/server.ts', ['../newcomer/routes.ts', '../../observe/log.ts'], ['./answer.ts']],
  ['page/offers.js', ['../vocabulary/verdict.ts', '../schema/builder.ts'], ['./table.js']],
  ['main.ts', [], ['./operators/index.ts', './sandbox/start-sandbox.ts', './service.ts']],
];

test('The linter refuses every import against the arrows, also in folders that are new, and no other', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'eligibility-arrows-'));
  try {
    await cp('.oxlintrc.json', join(folder, '.oxlintrc.json'));
    const expected: string[] = [];
    for (const [file, forbidden, allowed] of rows) {
      const path = join(folder, 'src', file);
      await mkdir(dirname(path), { recursive: true });
      const lines = [...forbidden, ...allowed].map((imported, index) =>
        formOf(imported, index, file),
      );
      await writeFile(path, `${lines.join('\n')}\n`);
      expected.push(...forbidden.map((imported) => `src/${file} ${imported}`));
    }
    expect((await restrictedIn(folder)).toSorted()).toEqual(expected.toSorted());
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

/** Every form in which something can be imported in its turn. */
function formOf(imported: string, index: number, file: string): string {
  const forms = [
    `export { a${index} } from '${imported}';`,
    `export const b${index} = import('${imported}');`,
    ...(file.endsWith('.ts') ? [`export type { A${index} } from '${imported}';`] : []),
  ];
  return forms[index % forms.length] ?? '';
}

/** The file and the import of every one that the rules of the folder restrict. */
async function restrictedIn(folder: string): Promise<string[]> {
  const { promise, resolve } = Promise.withResolvers<string>();
  const linter = join(process.cwd(), 'node_modules/.bin/oxlint');
  execFile(linter, ['--format', 'json', '.'], { cwd: folder }, (_error, stdout) => resolve(stdout));
  const { diagnostics } = JSON.parse(await promise) as {
    diagnostics: { code?: string; filename: string; message: string }[];
  };
  return diagnostics
    .filter(({ code }) => code?.includes('no-restricted-imports'))
    .map(({ filename, message }) => `${filename} ${/'([^']+)'/.exec(message)?.[1] ?? message}`);
}
