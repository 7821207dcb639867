import { expect, test } from 'vitest';
import { Uploads } from '../../src/batches/http/uploads.ts';

/** Files by name, of which each is being read until it is told to end. */
function filesOf(uploads: Uploads) {
  const begun: string[] = [];
  const ends = new Map<string, () => void>();
  const read: Promise<void>[] = [];
  return {
    begun,
    send(client: string, name: string) {
      const run = () =>
        new Promise<void>((resolve) => {
          begun.push(name);
          ends.set(name, resolve);
        });
      read.push(uploads.inTurn(client, run));
    },
    end: (name: string) => ends.get(name)?.(),
    allRead: () => Promise.all(read),
  };
}

test('A client that has one file waits behind one file of each other client, however many they have', async () => {
  const files = filesOf(new Uploads());
  for (const [client, name] of [
    ['one', 'one 1'],
    ['one', 'one 2'],
    ['one', 'one 3'],
    ['other', 'other 1'],
    ['other', 'other 2'],
    ['third', 'third 1'],
  ] as const) {
    files.send(client, name);
  }
  const order = ['one 1', 'one 2', 'other 1', 'third 1', 'one 3', 'other 2'];
  for (const [index, name] of order.entries()) {
    // One at a time.
    // oxlint-disable-next-line no-await-in-loop -- one after the other
    await expect.poll(() => files.begun).toEqual(order.slice(0, index + 1));
    files.end(name);
  }
  await files.allRead();
});

test('A file that cannot be read leaves its turn to the next one', async () => {
  const uploads = new Uploads();
  const unreadable = uploads.inTurn('one', () => Promise.reject(new Error('unreadable')));
  const next = uploads.inTurn('one', () => Promise.resolve('read'));
  await expect(unreadable).rejects.toThrow('unreadable');
  expect(await next).toBe('read');
  expect(await uploads.inTurn('other', () => Promise.resolve('read'))).toBe('read');
});

test('Clients with slow files have a share of the places each, and leave the others to the next clients', () => {
  const uploads = new Uploads();
  const releases = ['one', 'one', 'other', 'other'].map((client) => uploads.hold(client));
  for (const client of ['one', 'other']) {
    expect(() => uploads.hold(client)).toThrow(/\b2 files of this client\b/);
  }
  for (const client of ['third', 'third', 'fourth', 'fourth']) uploads.hold(client);
  expect(() => uploads.hold('fifth')).toThrow(/\b8 files\b/);
  releases[0]?.();
  uploads.hold('fifth');
});
