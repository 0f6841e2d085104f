import { createHash, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { BadJobError, MAX_BODY_BYTES, readJob } from './job.ts';
import { runJob } from './run-job.ts';

export interface RunnerOptions {
  token: string;
  /** Jobs at the same time; one more waits for none of them, it is refused. */
  places: number;
  /** First of `places` user ids that nobody else has; undefined: jobs run as whoever runs this. */
  firstUser?: number;
}

/** The runner: `POST /run` with a bearer token, `GET /health` without. */
export function createRunner({ token, places, firstUser }: RunnerOptions): Server {
  const free = Array.from({ length: places }, (_, place) => place);
  const server = createServer((request, response) => void answer(request, response).catch((error: unknown) => send(response, 500, { error: `The runner failed: ${(error as Error).message}` })));
  server.requestTimeout = 30_000;
  server.headersTimeout = 10_000;
  server.maxConnections = 64;
  return server;

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.method === 'GET' && request.url === '/health') return send(response, 200, { ok: true, places, free: free.length });
    if (request.method !== 'POST' || request.url !== '/run') return refuse(request, response, 404, 'Only POST /run and GET /health are here.');
    if (!isRight(request.headers.authorization, token)) return refuse(request, response, 401, 'The token is missing or wrong.');
    const body = await readBody(request);
    if (body === undefined) return refuse(request, response, 413, `The body may have ${MAX_BODY_BYTES} bytes.`);
    await runOne(body, response);
  }

  async function runOne(body: string, response: ServerResponse): Promise<void> {
    const place = free.shift();
    if (place === undefined) return send(response, 429, { error: `All ${places} places are taken.` });
    const gone = new AbortController();
    response.once('close', () => gone.abort());
    try {
      send(response, 200, await runJob(readJob(body), firstUser === undefined ? undefined : firstUser + place, gone.signal));
    } catch (error) {
      if (!(error instanceof BadJobError)) throw error;
      send(response, 400, { error: error.message });
    } finally {
      free.push(place);
    }
  }
}

/** Compared by hash: of equal length, whatever was sent. */
function isRight(authorization: string | undefined, token: string): boolean {
  const hash = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(hash(authorization ?? ''), hash(`Bearer ${token}`));
}

async function readBody(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > MAX_BODY_BYTES) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** The rest of the body is not read. */
function refuse(request: IncomingMessage, response: ServerResponse, status: number, error: string): void {
  response.setHeader('connection', 'close');
  send(response, status, { error });
  request.resume();
}

function send(response: ServerResponse, status: number, body: object): void {
  if (response.writableEnded || response.destroyed) return;
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
