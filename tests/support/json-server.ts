import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface SeenRequest {
  method: string;
  path: string;
  query: URLSearchParams;
  headers: IncomingMessage['headers'];
  body: string;
}

/** What to answer: JSON with 200, or all of it. `drop` cuts the connection. */
export type JsonAnswer = { status?: number; headers?: Record<string, string>; json?: unknown; body?: string | Uint8Array; drop?: boolean };

export interface JsonServer {
  url: string;
  requests: SeenRequest[];
  close(): Promise<void>;
}

/** A real HTTP server on 127.0.0.1 that answers as the test says. */
export async function startJsonServer(answer: (request: SeenRequest) => JsonAnswer): Promise<JsonServer> {
  const requests: SeenRequest[] = [];
  const listener: RequestListener = (request, response) => void receive(request).then((seen) => {
    requests.push(seen);
    send(response, answer(seen));
  });
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const close = async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, requests, close };
}

async function receive(request: IncomingMessage): Promise<SeenRequest> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const url = new URL(request.url!, 'http://127.0.0.1');
  return { method: request.method!, path: url.pathname, query: url.searchParams, headers: request.headers, body: Buffer.concat(chunks).toString() };
}

function send(response: ServerResponse, { status = 200, headers = {}, json, body, drop }: JsonAnswer): void {
  if (drop) return void response.destroy();
  response.writeHead(status, { ...(json !== undefined && { 'content-type': 'application/json' }), ...headers });
  response.end(json === undefined ? body : JSON.stringify(json));
}
