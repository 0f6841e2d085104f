import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

export interface Gate {
  url: string;
  /** While it is not, every connection is torn down. */
  isOpen: boolean;
  /** Every byte that has come in, as text. */
  heard(): string;
  close(): Promise<void>;
}

/** Stands before a server on this machine, keeps every byte that goes in, and can be shut. */
export async function startGate(serverUrl: string): Promise<Gate> {
  const port = Number(new URL(serverUrl).port);
  const heard: Buffer[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    if (!gate.isOpen) return void socket.resetAndDestroy();
    const inner = connect(port, '127.0.0.1');
    for (const one of [socket, inner]) {
      sockets.add(one);
      one.on('error', () => one.destroy());
      one.on('close', () => sockets.delete(one));
    }
    socket.on('data', (bytes) => heard.push(bytes));
    socket.pipe(inner);
    inner.pipe(socket);
    // A torn connection is torn on both sides.
    socket.on('close', () => inner.destroy());
    inner.on('close', (hadError) => (hadError ? socket.resetAndDestroy() : socket.end()));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const gate: Gate = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    isOpen: true,
    heard: () => Buffer.concat(heard).toString('latin1'),
    close: async () => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
  return gate;
}
