/** Sites that were given one by one, as a table. */
export interface SitesAsTable {
  /** The headings: one for each field that any of the sites has, in the order in which they come. */
  readonly columns: readonly string[];
  /** The cells of each site, one for each column; empty where the site has no such field. */
  readonly rows: readonly (readonly string[])[];
}

/**
 * The table that a file of the same sites would hold. Its headings are among those that files are read with, so that the file of
 * the results can be sent in its turn.
 */
export function sitesAsTable(sites: readonly object[]): SitesAsTable {
  const cells = sites.map((site) => new Map(listLeaves(site, [])));
  const columns = [...new Set(cells.flatMap((row) => [...row.keys()]))];
  return { columns, rows: cells.map((row) => columns.map((column) => row.get(column) ?? '')) };
}

/** The heading of the column that holds the field with this path in the input. */
export function spellHeading(path: readonly string[]): string {
  const [first = '', ...rest] = path;
  if (first === 'address' && (rest.length === 0 || rest[0] === 'label')) return first;
  return (first === 'address' || first === 'location') && rest.length > 0
    ? rest.join('.')
    : path.join('.');
}

function listLeaves(value: unknown, path: readonly string[]): [heading: string, text: string][] {
  if (value === null || value === undefined) return [];
  if (typeof value === 'object' && !Array.isArray(value)) {
    return Object.entries(value).flatMap(([name, member]) => listLeaves(member, [...path, name]));
  }
  // A value that is no object is a text, a number, a truth value, or a list of them.
  return [[spellHeading(path), typeof value === 'string' ? value : `${value as number}`]];
}
