import * as http from 'node:http';
import * as https from 'node:https';

export interface JsonPost {
  headers: Record<string, string>;
  signal: AbortSignal;
  /** A connection of its own, or one that is kept: Node's global agent, which is n8n's proxy agent where a proxy is configured. */
  connection: 'own' | 'kept';
}

/**
 * Posts JSON and waits for the beginning of the answer as long as `signal` allows. Never follows a redirect: that is an answer like any other.
 *
 * @throws what the network said
 */
export function postJson(url: URL, body: object, { headers, signal, connection }: JsonPost): Promise<http.IncomingMessage> {
  const open = url.protocol === 'https:' ? https.request : http.request;
  const text = JSON.stringify(body);
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason);
    const request = open(url, { method: 'POST', headers: { ...headers, 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) }, ...(connection === 'own' && { agent: false }) });
    const onAbort = () => void request.destroy(signal.reason instanceof Error ? signal.reason : undefined);
    signal.addEventListener('abort', onAbort, { once: true });
    request.on('close', () => signal.removeEventListener('abort', onAbort));
    request.on('error', reject).on('response', resolve).end(text);
  });
}
