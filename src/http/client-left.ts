/** The client has left, or has completed its operation: what was done for it may end. */
export class ClientLeftError extends Error {
  override readonly name = 'ClientLeftError';

  constructor() {
    super('the client left');
  }
}
