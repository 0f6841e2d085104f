import { createServer } from 'node:net';
import { PortTakenError } from './errors';

/** @throws {PortTakenError} when something already listens there */
export async function assertPortFree(port: number): Promise<void> {
  await listenOnce(port).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'EADDRINUSE' || cause.code === 'EACCES') throw new PortTakenError(port);
    throw cause;
  });
}

export async function freePort(): Promise<number> {
  return await listenOnce(0);
}

function listenOnce(port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : port));
    });
  });
}
