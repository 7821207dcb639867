import { Socket } from 'node:net';

// Loaded before a program that other people wrote: says each address beyond this machine that it would connect to, and
// does not let it.

const own = /^(?:localhost|127\.\d+\.\d+\.\d+|::1)$/;
// oxlint-disable-next-line typescript/unbound-method -- called with the socket below
const connect = Socket.prototype.connect;

Socket.prototype.connect = function (this: Socket, ...args: unknown[]) {
  const [first] = Array.isArray(args[0]) ? (args[0] as unknown[]) : args;
  const options = (typeof first === 'object' && first !== null ? first : {}) as {
    host?: string;
    path?: string;
  };
  const host = options.host ?? (typeof args[1] === 'string' ? args[1] : 'localhost');
  if (options.path === undefined && !own.test(host)) {
    process.stdout.write(`Beyond: ${host}\n`);
    throw new Error(`${host} is beyond this machine`);
  }
  return Reflect.apply(connect, this, args) as Socket;
};
