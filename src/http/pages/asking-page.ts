import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { extname } from 'node:path';
import { securityHeaders } from '../security-headers.ts';
import { CompressedText } from './compressed-text.ts';

/** Answers one request. Rejects where a file of the page cannot be read. */
export type Answer = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

const contentTypes: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
};

const pageHeaders = {
  ...securityHeaders,
  // Asked for again each time, and answered by 304 as long as it is the same.
  'cache-control': 'no-cache',
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
  'x-frame-options': 'DENY',
};
const partHeaders = { ...securityHeaders, 'cache-control': 'public, max-age=31536000, immutable' };

const folder = new URL('../../page/', import.meta.url);
/** A library that a module of the page imports by its name. */
const libraryImport = /(?<=\bfrom ')[@a-z][^']*(?=';)/g;
/** What a module of a library imports of the same library. */
const ownImport = /\bfrom\s*["'](\.{1,2}\/[^"']+)["']/g;

/**
 * The page of those who ask: the files of `src/page/` as they are, and the libraries that they import, below an address that has
 * the hash of them all. A new version is a new address, so a browser keeps each for good.
 */
export class AskingPage {
  #parts: ReadonlyMap<string, Answer> | null = null;

  /** What answers a request at this path; undefined where nothing of the page is there. */
  at(method: string | undefined, path: string): Answer | undefined {
    if (method !== 'GET' && method !== 'HEAD') return undefined;
    if (path !== '/' && !path.startsWith('/page/')) return undefined;
    this.#parts ??= partsOfPage();
    return this.#parts.get(path);
  }
}

function partsOfPage(): ReadonlyMap<string, Answer> {
  const files = new Map(
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .map((path) => path.replaceAll('\\', '/'))
      .filter((path) => extname(path) in contentTypes)
      .toSorted()
      .map((path) => [path, readFileSync(new URL(path, folder), 'utf8')]),
  );
  const libraries = new Map<string, string>();
  for (const text of files.values()) {
    for (const [name] of text.matchAll(libraryImport)) {
      readModule(new URL(import.meta.resolve(name)), libraries);
    }
  }
  const all = [...files, ...libraries];
  const hash = createHash('sha256').update(JSON.stringify(all)).digest('base64url').slice(0, 16);
  const base = `/page/${hash}/`;
  const parts = new Map<string, Answer>();
  for (const [path, text] of all) {
    if (path === 'index.html') continue;
    // Browsers know no package by its name.
    const served = text.replaceAll(
      libraryImport,
      (name) => base + pathOf(import.meta.resolve(name)),
    );
    parts.set(base + path, answerWith(path, libraries.has(path) ? text : served, partHeaders));
  }
  const preloads = [...parts.keys()]
    .filter((path) => /\.m?js$/.test(path))
    .map((path) => `<link rel="modulepreload" href="${path}" />`);
  const html = (files.get('index.html') ?? '')
    .replaceAll(/(?<=(?:href|src)=")\.\//g, base)
    // All at once: a browser would find them one behind the other.
    .replace('</head>', `${preloads.join('\n')}\n</head>`);
  return parts.set('/', answerWith('index.html', html, pageHeaders));
}

/** Reads a module of a library, and those of the same library that it imports. */
function readModule(address: URL, found: Map<string, string>): void {
  const path = pathOf(address.href);
  if (found.has(path)) return;
  const text = readFileSync(address, 'utf8');
  found.set(path, text);
  for (const [, imported = ''] of text.matchAll(ownImport)) {
    readModule(new URL(imported, address), found);
  }
}

/** `library/lit-html/lit-html.js` */
function pathOf(address: string): string {
  return `library/${address.slice(address.lastIndexOf('/node_modules/') + '/node_modules/'.length)}`;
}

function answerWith(path: string, text: string, headers: Readonly<Record<string, string>>): Answer {
  const file = new CompressedText(contentTypes[extname(path)] ?? '', text);
  return (request, response) => file.answer(request, response, headers);
}
