import type { ItemRequest, Qualification, QualificationItem } from './qualification.ts';
import { createQualification } from './qualification.ts';
import { Progress } from './lifecycle.ts';
import { outcomeOf } from './outcome.ts';
import { eligibilityIdOf, namedSites } from './sites.ts';

/** An item with the qualification that it belongs to. */
export interface StoredItem {
  qualification: Qualification;
  item: QualificationItem;
}

/** The qualifications of a simulated Covage, in memory. */
export class QualificationStore {
  readonly #byId = new Map<string, Qualification>();
  readonly #itemsById = new Map<string, StoredItem>();

  /** Starts with the documentation's own qualification, preceded by `history` finished ones. */
  constructor(history: number, now: number) {
    for (let age = history; age > 0; age -= 1) this.add(pastQualification(age, now));
    this.add(documentedQualification());
  }

  /** Keeps a qualification, to be found by its identifier and those of its items. */
  add(qualification: Qualification): void {
    this.#byId.set(qualification.id, qualification);
    for (const item of qualification.items) this.#itemsById.set(item.id, { qualification, item });
  }

  /** A qualification by its identifier. */
  find(id: string): Qualification | undefined {
    return this.#byId.get(id);
  }

  /** An item by its identifier. */
  findItem(id: string): StoredItem | undefined {
    return this.#itemsById.get(id);
  }

  /** Every qualification, newest first; of the same moment, the one that came last first. */
  newestFirst(): Qualification[] {
    return [...this.#byId.values()].toReversed().toSorted((a, b) => b.createdAt - a.createdAt);
  }
}

const documentedAddress = {
  label: '4bis Rue Andrei Sakharov 76130 Mont-Saint-Aignan',
  street_ext: 'B',
  street_nr: '4',
  city: {
    city_id: '76451',
    insee_code: '76451',
    city_name: 'MONT ST AIGNAN',
    post_code: '76130',
  },
  street: { street_id: '76451055R', street_name: 'Rue Andrei Sakharov' },
};

function documentedDate(seconds: string): number {
  return Date.parse(`2025-04-04T10:07:${seconds}+02:00`);
}

/** The qualification that the documentation prints, with its identifiers, dates and history. */
function documentedQualification(): Qualification {
  const site = namedSites.find(({ name }) => name === 'documented-result');
  if (site === undefined) throw new Error('The documented site is missing.');
  const request: ItemRequest = {
    families: ['BPEA', 'BPE'],
    eligibilityId: eligibilityIdOf(site),
    resolvePricing: false,
    address: documentedAddress,
  };
  const path = ['acknowledged', 'in_progress.elig', 'in_progress.offer', 'done.ready'];
  const dates = ['24.276', '24.678', '24.791', '26.332'];
  return {
    id: '2eaf7b5b-384d-4cb7-8d9b-09ac712354d7',
    createdAt: documentedDate('24.274'),
    externalId: '987654',
    projectId: '456789',
    items: [
      {
        ...request,
        id: 'a4517ca6-1f13-42a2-9359-4ff3cc21785b',
        site,
        outcome: outcomeOf(site, request.families, false),
        path,
      },
    ],
    progress: Progress.ended(
      path.map((state, index) => ({ state, at: documentedDate(dates[index] ?? '26.332') })),
    ),
    asPrinted: true,
  };
}

/** A finished qualification of `age` hours ago, of one of the named sites in turn. */
function pastQualification(age: number, now: number): Qualification {
  const finite = namedSites.filter(({ lifecycle }) => lifecycle.stuckAt === undefined);
  const site = finite[age % finite.length] ?? namedSites[0];
  if (site === undefined) throw new Error('There are no sites.');
  const families = ([['BPE'], ['BPEA', 'BPE'], ['BPE', 'BPEA', 'DIA']] as const)[age % 3] ?? [
    'BPE',
  ];
  return createQualification(
    {
      externalId: `history-${age}`,
      projectId: age % 2 === 0 ? 'history' : null,
      items: [
        {
          families: [...families],
          eligibilityId: eligibilityIdOf(site),
          resolvePricing: age % 2 === 0,
          address: null,
        },
      ],
    },
    { advance: 'time' },
    now - age * 3_600_000,
  );
}
