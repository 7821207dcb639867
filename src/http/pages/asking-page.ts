import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, extname, posix } from 'node:path';
import { CompressedText, pageHeaders, partHeaders, type PageParts } from './compressed-text.ts';

const contentTypes: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
};

const askingPageHeaders = {
  ...pageHeaders,
  'content-security-policy': [
    "default-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    // No text becomes HTML but the templates of lit-html.
    "require-trusted-types-for 'script'",
    'trusted-types lit-html',
  ].join('; '),
  'cross-origin-opener-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
};

const folder = new URL('../../page/', import.meta.url);
/** A library that a module of the page imports by its name. */
const libraryImport = /(?<=\bfrom ')[@a-z][^']*(?=';)/g;
/** A comment that has its lines to itself, which is a sixth of what the page would weigh. */
const comment = /^[ \t]*(?:\/\/.*|\/\*(?:(?!\*\/)[^])*\*\/)$/gm;
const stylesheet = /<link rel="stylesheet" href="\.\/([^"]+)" \/>\s*/g;

/**
 * The page for people, at `/`: the files of `src/page/` without their comments, and the libraries that they import. Their address has the hash
 * of them all. A new version is a new address, so a browser keeps each for good.
 */
export function readAskingPage(): PageParts {
  const files = new Map(
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .map((path) => path.replaceAll('\\', '/'))
      .filter((path) => extname(path) in contentTypes)
      .toSorted()
      .map((path) => [path, readFileSync(new URL(path, folder), 'utf8')]),
  );
  const names = new Set([...files.values()].flatMap((text) => text.match(libraryImport) ?? []));
  // Each is one file: no library of the page imports another.
  const libraries = new Map(
    [...names].map((name) => [name, readFileSync(new URL(import.meta.resolve(name)), 'utf8')]),
  );
  const all = JSON.stringify([...files, ...libraries]);
  const hash = createHash('sha256').update(all).digest('base64url').slice(0, 16);
  const base = `/page/${hash}/`;
  const parts = new Map<string, CompressedText>();
  const add = (path: string, text: string) => {
    parts.set(base + path, compress(path, text, partHeaders));
  };
  const html = files.get('index.html') ?? '';
  // In one piece, in the order of the HTML: eight small ones weigh more than half as much again.
  const styles = [...html.matchAll(stylesheet)].map(([, path = '']) => files.get(path) ?? '');
  add('page.css', styles.join('\n'));
  for (const [name, text] of libraries) add(`library/${name}.js`, text);
  for (const [path, text] of files) {
    // Browsers know no package by its name.
    if (!/\.(?:html|css)$/.test(path)) {
      add(
        path,
        text
          .replaceAll(libraryImport, (name) => `${base}library/${name}.js`)
          // Each line stays where it is in the file, for those who look for a fault.
          .replaceAll(comment, (told) => told.replaceAll(/.+/g, '')),
      );
    }
  }
  // All at once: a browser would find them one behind the other.
  const preloads = [...modulesBelow('main.js', files)].map(
    (path) => `<link rel="modulepreload" href="${base}${path}" />`,
  );
  const links = [`<link rel="stylesheet" href="${base}page.css" />`, ...preloads].join('\n');
  const page = html
    .replaceAll(stylesheet, '')
    .replaceAll(/(?<=(?:href|src)=")\.\//g, base)
    .replace('</head>', `${links}\n</head>`);
  return parts.set('/', compress('index.html', page, askingPageHeaders));
}

/** A module and all that it and they import at once; what they import later is not among them. */
function modulesBelow(
  path: string,
  files: ReadonlyMap<string, string>,
  found = new Set<string>(),
): ReadonlySet<string> {
  if (found.has(path)) return found;
  found.add(path);
  const text = files.get(path) ?? '';
  for (const [name] of text.matchAll(libraryImport)) found.add(`library/${name}.js`);
  for (const [, imported = ''] of text.matchAll(/\bfrom '(\.{1,2}\/[^']+\.js)';/g)) {
    modulesBelow(posix.join(dirname(path), imported), files, found);
  }
  return found;
}

function compress(
  path: string,
  text: string,
  headers: Readonly<Record<string, string>>,
): CompressedText {
  return new CompressedText(contentTypes[extname(path)] ?? '', text, headers);
}
