import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** What passes connections on to one process, and new ones to another when it is told to. */
export async function startBalancer(firstUrl: string) {
  let target = new URL(firstUrl);
  const open = new Set<Socket>();
  const server = createServer((client) => {
    const process = connect(Number(target.port), target.hostname);
    open.add(client);
    client.once('close', () => open.delete(client));
    client.on('error', () => process.destroy());
    process.on('error', () => client.destroy());
    client.pipe(process).pipe(client);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/graphql`,
    turnTo: (url: string) => (target = new URL(url)),
    close: () => {
      server.close();
      for (const client of open) client.destroy();
    },
  };
}
