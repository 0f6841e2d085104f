import * as http from 'node:http';
import * as https from 'node:https';
import { Readable } from 'node:stream';

/**
 * `fetch` for services on the user's own machine. Differs from the global one in two ways that matter here:
 * it waits for the first byte as long as the caller does (the global one gives up after 300 s, while a large local model
 * may still be loading), and it never follows a redirect.
 */
export const patientFetch: typeof fetch = (input, init = {}) => {
  const url = new URL(input instanceof Request ? input.url : String(input));
  const signal = init.signal ?? undefined;
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason);
    const send = url.protocol === 'https:' ? https.request : http.request;
    const body = typeof init.body === 'string' ? init.body : undefined;
    const headers = Object.fromEntries(new Headers(init.headers));
    const request = send(url, { method: init.method ?? 'GET', headers: { ...headers, ...(body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) }) }, agent: false });
    const onAbort = () => void request.destroy(signal?.reason instanceof Error ? signal.reason : undefined);
    signal?.addEventListener('abort', onAbort, { once: true });
    request.on('close', () => signal?.removeEventListener('abort', onAbort));
    request.on('error', reject);
    request.on('response', (answer) => resolve(toResponse(answer)));
    request.end(body);
  });
};

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

/** The global `fetch`, told not to follow redirects: the answer is then a 3xx like any other. */
export const steadyFetch: typeof fetch = (input, init) => fetch(input, { ...init, redirect: 'manual' });
