import type { Operator } from '../../operators/port/operator.ts';
import { boundedText, longest } from '../../schema/bounded-text.ts';
import { builder } from '../../schema/builder.ts';
import { readOptions, type QualifySiteInputRef } from '../../sites/graphql/qualify-site.ts';
import { readSiteInput, type SiteInput } from '../../sites/site-input.ts';
import { InvalidInputError, type InputIssue } from '../../vocabulary/errors.ts';
import type { JudgedRow } from '../batch.ts';
import { readOwnName } from '../own-name.ts';
import { batchSessionKey, type BatchSession } from '../session.ts';
import { BatchRef } from './refs.ts';
import { spellHeading, sitesAsTable } from './sites-as-table.ts';

/** The line of the first site, below the heading. */
const firstLine = 2;

/** Adds the mutation that asks about many sites. */
export function defineCreateBatch({
  QualifySiteInput,
  operators,
}: {
  readonly QualifySiteInput: QualifySiteInputRef;
  readonly operators: readonly Operator[];
}): void {
  const Input = builder.inputType('CreateSiteQualificationBatchInput', {
    description: 'Sites to ask about. A file of them is sent to `POST /batches`.',
    fields: (t) => ({
      name: t.string(
        boundedText(longest.ownIdentifier, {
          description:
            'What the caller calls the batch. The file of its results is named after it.',
        }),
      ),
      externalId: t.string(
        boundedText(longest.ownIdentifier, {
          description: "The caller's own identifier, to find the batch by.",
        }),
      ),
      sites: t.field({
        type: [QualifySiteInput],
        required: true,
        description:
          'The sites, at least one and at most 100, or as the service is set (MAX_LIST_ITEMS); more go into a file. A site that `qualifySite` would refuse becomes a refused row, and the others are asked about all the same. A text that is too long refuses the whole request.',
      }),
    }),
  });

  builder.mutationField('createSiteQualificationBatch', (t) =>
    t.field({
      extensions: { costOfEach: ['input', 'sites'] },
      type: BatchRef,
      nullable: false,
      args: {
        input: t.arg({ type: Input, required: true, description: 'The sites and their names.' }),
      },
      errors: {
        types: [InvalidInputError],
        union: {
          name: 'CreateSiteQualificationBatchResult',
          description: 'The batch as it was taken, or why it cannot be.',
        },
      },
      resolve: async (_root, { input }, context) => {
        const session = context.session(batchSessionKey);
        const name = readOwnName(['input', 'name'], input.name);
        const externalId = readOwnName(['input', 'externalId'], input.externalId);
        const issues = [
          ...name.issues,
          ...externalId.issues,
          ...countIssues(input.sites.length, session.maxRows),
        ];
        if (issues.length > 0) throw new InvalidInputError(issues);
        const table = sitesAsTable(input.sites);
        const rows = input.sites.map((site, index): JudgedRow => ({
          line: firstLine + index,
          values: table.rows[index] ?? [],
          ...judge(site, readOptions(operators, site), session),
        }));
        return session.create({
          name: name.name,
          externalId: externalId.name,
          columns: table.columns,
          rows,
        });
      },
      description:
        'Asks every operator about many sites, as fast as the operators allow. Answers at once; follow it with `siteQualificationBatchChange`, and read its `rows`. It survives a restart of the service.',
    }),
  );
}

function countIssues(count: number, most: number): InputIssue[] {
  const path = ['input', 'sites'];
  if (count === 0) {
    return [{ path, code: 'SITES_EMPTY', message: 'sites is empty: give at least one.' }];
  }
  if (count <= most) return [];
  const message = `sites has ${count} members: give at most ${most} (MAX_BATCH_ROWS).`;
  return [{ path, code: 'TOO_MANY_ROWS', message, allowed: most, found: count }];
}

/** The question about a site, or the issues that refuse it, with the headings of the table in their paths. */
function judge(
  site: SiteInput,
  options: Readonly<Record<string, unknown>>,
  { check }: BatchSession,
): Pick<JudgedRow, 'request' | 'issues'> {
  const { request, issues } = readSiteInput(site, options);
  const all = check(request, issues);
  if (all.length === 0) return { request, issues: [] };
  return {
    request: null,
    issues: all.map((issue) => {
      const field = issue.path.slice(1);
      return { ...issue, path: field.length === 0 ? [] : [spellHeading(field)] };
    }),
  };
}
