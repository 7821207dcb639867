import communes from '@etalab/decoupage-administratif/data/communes.json' with { type: 'json' };

/**
 * The codes that communes had before, by the code of the commune that each is now: merged into it or changed, delegated, associated,
 * or one of its arrondissements. Sorted, several separated by blanks.
 */
export function formerCodes(): Readonly<Record<string, string>> {
  const current = new Set(
    communes.filter(({ type }) => type === 'commune-actuelle').map(({ code }) => code),
  );
  const becameBy = new Map<string, string>();
  const note = (code: string | undefined, former: string): void => {
    if (code !== undefined && !current.has(former) && !becameBy.has(former)) {
      becameBy.set(former, code);
    }
  };
  for (const { code, anciensCodes = [] } of communes) {
    if (current.has(code)) for (const former of anciensCodes) note(code, former);
  }
  for (const { code, chefLieu, commune } of communes) note(chefLieu ?? commune, code);
  const byCode = Map.groupBy(becameBy, ([, code]) => code);
  return Object.fromEntries(
    [...byCode]
      .map(
        ([code, pairs]) =>
          [
            code,
            pairs
              .map(([former]) => former)
              .toSorted()
              .join(' '),
          ] as const,
      )
      .toSorted(([one], [other]) => (one < other ? -1 : 1)),
  );
}
