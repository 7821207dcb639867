import type { z } from 'zod';
import { json, type Answer } from './answer.ts';
import type { CallLog } from './call-log.ts';
import type { SandboxRequest } from './sandbox-request.ts';

/** What can be changed of a simulated operator over HTTP while it runs. */
export interface Control<Script> {
  calls: CallLog;
  /** What there is to try: references, variants, routes. */
  about: () => unknown;
  script: () => Script;
  /** The schema of scripts. Loaded on first use: most sandboxes are never controlled over HTTP. */
  schema: () => Promise<z.ZodType<Script>>;
  patch: (script: Script) => void;
  replace: (script: Script) => void;
  reset: () => void;
  /** Further actions, by their name below `/_sandbox`, each a POST. */
  actions: Readonly<Record<string, (body: unknown) => Answer>>;
}

/**
 * Answers `GET /_sandbox`, `GET`, `PUT` (the rest as at the start) and `PATCH` (the rest as it is) of `/_sandbox/script`, `GET`
 * and `DELETE` of `/_sandbox/calls`, `POST /_sandbox/reset`, and the operator's actions.
 */
export async function controlAnswer<Script>(
  control: Control<Script>,
  request: SandboxRequest,
): Promise<Answer> {
  const name = request.path.split('/').filter(Boolean).slice(1).join('/');
  const call = `${request.method} ${name}`;
  switch (call) {
    case 'GET ':
      return json(200, control.about());
    case 'GET script':
      return json(200, control.script());
    case 'PUT script':
    case 'PATCH script':
      return scriptAnswer(control, request);
    case 'GET calls':
      return json(200, control.calls.calls);
    case 'DELETE calls':
      control.calls.clear();
      return { status: 204, headers: {}, body: '' };
    case 'POST reset':
      control.reset();
      return { status: 204, headers: {}, body: '' };
  }
  const action = request.method === 'POST' ? control.actions[name] : undefined;
  if (action !== undefined) return action(parseJson(request.text));
  const posts = ['reset', ...Object.keys(control.actions)].map((post) => `POST ${post}`);
  const known = ['GET|PUT|PATCH script', 'GET|DELETE calls', ...posts].join(', ');
  return json(404, { error: `There is no ${call} below /_sandbox; there is ${known}.` });
}

async function scriptAnswer<Script>(
  control: Control<Script>,
  request: SandboxRequest,
): Promise<Answer> {
  const body = parseJson(request.text);
  if (body === undefined) return json(400, { error: 'The script is not JSON.' });
  const schema = await control.schema();
  const parsed = schema.safeParse(body);
  if (!parsed.success) {
    return json(400, {
      error: 'The script is not valid; nothing was changed.',
      issues: parsed.error.issues.map(({ path, message }) => ({ path: path.join('.'), message })),
    });
  }
  if (request.method === 'PUT') control.replace(parsed.data);
  else control.patch(parsed.data);
  return json(200, control.script());
}

/** Reads JSON under any content type: curl says that it sends a form unless it is told otherwise. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
