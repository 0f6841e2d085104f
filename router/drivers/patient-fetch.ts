import * as http from 'node:http';
import * as https from 'node:https';
import { Readable } from 'node:stream';

/**
 * `fetch` for services on the user's own machine. Differs from the global one in two ways that matter here:
 * it waits for the first byte as long as the caller does (the global one gives up after 300 s, while a large local model
 * may still be loading), and it never follows a redirect. Each request has a connection of its own.
 */
export const patientFetch: typeof fetch = (input, init) => send(input, init, false);

/**
 * `fetch` for services elsewhere: as patient, no redirect followed either, over connections that are kept (Node's global agent, which is
 * n8n's proxy agent where a proxy is configured). Takes half the time of the global one.
 */
export const steadyFetch: typeof fetch = (input, init) => send(input, init, undefined);

function send(input: Parameters<typeof fetch>[0], init: RequestInit = {}, agent: false | undefined): Promise<Response> {
  const url = new URL(input instanceof Request ? input.url : String(input));
  const signal = init.signal ?? undefined;
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason);
    const open = url.protocol === 'https:' ? https.request : http.request;
    const body = typeof init.body === 'string' ? init.body : undefined;
    const headers = Object.fromEntries(new Headers(init.headers));
    const request = open(url, { method: init.method ?? 'GET', headers: { ...headers, ...(body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) }) }, agent });
    const onAbort = () => void request.destroy(signal?.reason instanceof Error ? signal.reason : undefined);
    signal?.addEventListener('abort', onAbort, { once: true });
    request.on('close', () => signal?.removeEventListener('abort', onAbort));
    request.on('error', reject);
    request.on('response', (answer) => resolve(toResponse(answer)));
    request.end(body);
  });
}

const BODYLESS = new Set([204, 205, 304]);

function toResponse(answer: http.IncomingMessage): Response {
  const headers = new Headers();
  for (const [name, value] of Object.entries(answer.headers)) {
    if (value !== undefined) headers.set(name, Array.isArray(value) ? value.join(', ') : value);
  }
  const status = answer.statusCode ?? 500;
  if (BODYLESS.has(status)) answer.resume();
  return new Response(BODYLESS.has(status) ? null : (Readable.toWeb(answer) as ReadableStream<Uint8Array>), { status, statusText: answer.statusMessage ?? '', headers });
}
