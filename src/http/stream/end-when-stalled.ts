import type { ServerResponse } from 'node:http';

/**
 * Cuts a client off that has read nothing for so long although there is something for it. Node counts what it reads of a
 * large result, too.
 */
export function endWhenStalled(response: ServerResponse, stallMs: number): void {
  response.setTimeout(stallMs, () => {
    if ((response.socket?.writableLength ?? 0) > 0) response.destroy();
  });
}
