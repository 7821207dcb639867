import { json, type Answer } from '../http/answer.ts';
import type { SandboxRequest } from '../http/sandbox-request.ts';
import type { CompleteCovageScript } from './script.ts';
import type { Spelling } from './spelling.ts';

/** Answers one page of a list in the envelope in force. Only the entries of the page are spelled. */
export function pageAnswer<Entry>(
  entries: readonly Entry[],
  request: SandboxRequest,
  script: CompleteCovageScript,
  spelling: Spelling,
  spell: (entry: Entry) => unknown,
): Answer {
  const respond = (body: unknown, headers?: Record<string, string>): Answer =>
    json(200, body, headers, (value) => spelling.serialise('other', value));
  if (script.paging === 'bare') return respond(entries.map(spell));
  const window =
    script.paging === 'offset'
      ? offsetWindow(entries.length, request, script)
      : pageWindow(entries.length, request, script);
  if (window === null) return json(404, { detail: spelling.message('Invalid page.') });
  const results = entries.slice(window.start, window.end).map(spell);
  if (script.paging === 'link-header') {
    const links = [
      ...(window.next === null ? [] : [`<${window.next}>; rel="next"`]),
      ...(window.previous === null ? [] : [`<${window.previous}>; rel="prev"`]),
    ];
    return respond(results, links.length > 0 ? { link: links.join(', ') } : {});
  }
  const { next, previous } = window;
  return respond({ count: entries.length, next, previous, results });
}

interface Window {
  start: number;
  end: number;
  next: string | null;
  previous: string | null;
}

function pageWindow(
  count: number,
  request: SandboxRequest,
  script: CompleteCovageScript,
): Window | null {
  const size = sizeOf(request.query.get('page_size'), script);
  const pages = Math.max(1, Math.ceil(count / size));
  const asked = request.query.get('page') ?? '1';
  const page = asked === 'last' ? pages : positive(asked);
  if (page === null || page > pages) return null;
  const link = (to: number) => linkTo(request, { page: String(to) });
  return {
    start: (page - 1) * size,
    end: page * size,
    next: page < pages ? link(page + 1) : null,
    previous: page > 1 ? link(page - 1) : null,
  };
}

function offsetWindow(
  count: number,
  request: SandboxRequest,
  script: CompleteCovageScript,
): Window {
  const limit = sizeOf(request.query.get('limit'), script);
  const offset = positive(request.query.get('offset') ?? '') ?? 0;
  const link = (to: number) => linkTo(request, { limit: String(limit), offset: String(to) });
  return {
    start: offset,
    end: offset + limit,
    next: offset + limit < count ? link(offset + limit) : null,
    previous: offset > 0 ? link(Math.max(0, offset - limit)) : null,
  };
}

function sizeOf(asked: string | null, script: CompleteCovageScript): number {
  return Math.min(positive(asked ?? '') ?? script.pageSize, script.maxPageSize);
}

function positive(text: string): number | null {
  return /^[1-9]\d*$/.test(text) ? Number(text) : null;
}

/** The same list at another place, with every other parameter kept. */
function linkTo(request: SandboxRequest, place: Record<string, string>): string {
  const query = new URLSearchParams(request.query);
  for (const [name, value] of Object.entries(place)) query.set(name, value);
  return `${request.origin}${request.path}?${query.toString()}`;
}
