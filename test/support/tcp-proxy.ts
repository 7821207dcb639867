import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** A TCP proxy before a server, which can lose connections as a network does. */
export interface TcpProxy extends AsyncDisposable {
  readonly port: number;
  /** From now on forwards nothing on the connections there are, and closes none of them: as after a failover. */
  swallow(): void;
  /** Whether new connections are swallowed, too. */
  isSwallowing: boolean;
  /** How many connections were made in all. */
  readonly connections: number;
}

export async function startTcpProxy(targetPort: number): Promise<TcpProxy> {
  const open = new Set<Socket>();
  const clients = new Set<Socket>();
  const swallowed = new WeakSet<Socket>();
  const state = { isSwallowing: false, connections: 0 };
  const server = createServer((client) => {
    state.connections += 1;
    clients.add(client);
    const target = connect(targetPort, '127.0.0.1');
    if (state.isSwallowing) swallowed.add(client);
    for (const socket of [client, target]) {
      open.add(socket);
      socket.on('error', () => {}).once('close', () => open.delete(socket));
    }
    const isForwarding = (): boolean => !swallowed.has(client);
    client.on('data', (bytes) => void (isForwarding() && target.write(bytes)));
    target.on('data', (bytes) => void (isForwarding() && client.write(bytes)));
    client.once('close', () => {
      clients.delete(client);
      target.destroy();
    });
    target.once('close', () => void (isForwarding() && client.destroy()));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return Object.assign(state, {
    port: (server.address() as AddressInfo).port,
    swallow() {
      for (const client of clients) swallowed.add(client);
    },
    async [Symbol.asyncDispose]() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      for (const socket of open) socket.destroy();
      await closed;
    },
  });
}
