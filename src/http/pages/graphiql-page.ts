import { renderGraphiQL } from '@graphql-yoga/render-graphiql';
import { CompressedText, pageHeaders, partHeaders, type PageParts } from './compressed-text.ts';

/** An operation that the page offers. */
export interface PageExample {
  /** One named operation, with a first line that says what it does. */
  readonly query: string;
  /** JSON. */
  readonly variables?: string;
  /** A mutation that makes what the operation is about: the `id` of its result becomes the variable of that name. */
  readonly makes?: string;
}

export interface GraphiqlOptions {
  /** The GraphQL address, below which the parts of the page lie. */
  readonly path: string;
  /** The first one is open at first, the others are links. */
  readonly examples: readonly PageExample[];
}

const title = 'Eligibility of French wholesale operators';

/** GraphiQL with links to the examples: a small page, and large parts that a browser keeps. */
export function makeGraphiqlPage({ path, examples }: GraphiqlOptions): PageParts {
  const { css, js } = partsOfGraphiql();
  const style = new CompressedText('text/css; charset=utf-8', css, partHeaders);
  const script = new CompressedText('text/javascript; charset=utf-8', js, partHeaders);
  const stylePath = `${path}/graphiql-${style.hash}.css`;
  const scriptPath = `${path}/graphiql-${script.hash}.js`;
  const page = renderPage({ path, examples, stylePath, scriptPath });
  return new Map([
    [path, new CompressedText('text/html; charset=utf-8', page, pageHeaders)],
    [stylePath, style],
    [scriptPath, script],
  ]);
}

/** The style and the script of the package, which it has in one page of nine megabytes. */
function partsOfGraphiql(): { readonly css: string; readonly js: string } {
  const whole = renderGraphiQL({});
  const [styleFrom, styleTo] = [whole.indexOf('<style>') + 7, whole.indexOf('</style>')];
  const scriptFrom = whole.indexOf('<script>', styleTo) + 8;
  // Behind its code the package opens the page with options of its own, which are left out.
  const scriptTo = whole.lastIndexOf('YogaGraphiQL.renderYogaGraphiQL(');
  return { css: whole.slice(styleFrom, styleTo), js: whole.slice(scriptFrom, scriptTo) };
}

interface Page extends GraphiqlOptions {
  readonly stylePath: string;
  readonly scriptPath: string;
}

function renderPage({ path, examples, stylePath, scriptPath }: Page): string {
  const [first] = examples;
  const options = {
    title,
    endpoint: path,
    defaultTabs: first === undefined ? [] : [{ query: first.query }],
    // So a subscription sends the same kind of request as a query, with the headers of the tab "Headers".
    subscriptionsProtocol: 'SSE',
  };
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${title}</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="${stylePath}">
<style>
body { display: flex; flex-direction: column; height: 100vh; margin: 0; }
#examples { display: flex; flex-wrap: wrap; gap: 0 1em; padding: 6px 12px; font: 14px sans-serif; background: #f3f4f6; color: #111827; }
#examples a { color: #1d4ed8; }
#root { flex: 1; min-height: 0; }
#root .graphiql-container { height: 100%; }
@media (prefers-color-scheme: dark) { #examples { background: #1f2937; color: #f9fafb; } #examples a { color: #93c5fd; } }
</style>
</head>
<body>
<nav id="examples" aria-label="Examples">
<span>Examples:</span>
${examples.map(renderLink).join('\n')}
</nav>
<div id="root"></div>
<script src="${scriptPath}"></script>
<script>
const search = new URLSearchParams(location.search);
const [query, variables] = [search.get('query'), search.get('variables') ?? undefined];
const options = { ...${inScript(options)}, variables };
// GraphiQL opens what the address asks for beside the tabs that it has kept. Where it has kept none, it opens these alone.
if (query !== null) options.defaultTabs = [{ query, variables }];
YogaGraphiQL.renderYogaGraphiQL(document.querySelector('#root'), options);
for (const link of document.querySelectorAll('[data-makes]')) {
  link.addEventListener('click', async (event) => {
    event.preventDefault();
    const headers = { 'content-type': 'application/json' };
    const body = JSON.stringify({ query: link.dataset.makes });
    const made = await fetch(${inScript(path)}, { method: 'POST', headers, body })
      .then((answer) => answer.json())
      .catch(() => null);
    const id = Object.values(made?.data ?? {})[0]?.id ?? '';
    location.href = link.href + '&variables=' + encodeURIComponent(JSON.stringify({ id }, null, 2));
  });
}
</script>
</body>
</html>
`;
}

/** A link that opens an example. Where the example `makes` something, a click makes that first. */
function renderLink({ query, variables, makes }: PageExample): string {
  const [comment = ''] = query.split('\n');
  const name = /(?:query|mutation|subscription) (\w+)/.exec(query)?.[1] ?? '';
  const search = new URLSearchParams({ query, ...(variables !== undefined && { variables }) });
  const attributes = {
    href: `?${search.toString()}`,
    title: comment.replace(/^# /, ''),
    ...(makes !== undefined && { 'data-makes': makes }),
  };
  const written = Object.entries(attributes).map(([key, value]) => `${key}="${inText(value)}"`);
  return `<a ${written.join(' ')}>${inText(name)}</a>`;
}

function inText(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}

/** A value as a script may have it in a page. */
function inScript(value: unknown): string {
  return JSON.stringify(value).replaceAll('<', '\\u003c');
}
