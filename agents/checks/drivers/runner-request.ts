import { request as httpRequest, type RequestOptions } from 'node:http';
import { request as httpsRequest } from 'node:https';

const MAX_ANSWER_BYTES = 4 * 2 ** 20;

export interface RunnerAddress {
  /** `unix:/path/of/socket`, or http(s). */
  url: string;
  token: string;
}

export interface RunnerAnswer {
  status: number;
  /** At most 4 MiB; a longer answer breaks off. */
  text: string;
}

/**
 * Asks the runner once.
 * @param body of `/run`; `/health` takes none
 * @throws what Node says of a network fault, an address that is none, or an abort
 */
export async function askRunner({ url, token }: RunnerAddress, path: '/health' | '/run', signal: AbortSignal, body?: string): Promise<RunnerAnswer> {
  const target = new URL(url);
  const post: RequestOptions = body === undefined ? {} : { method: 'POST', headers: { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body), authorization: `Bearer ${token}` } };
  return await new Promise((resolve, reject) => {
    const request = (target.protocol === 'https:' ? httpsRequest : httpRequest)({ ...placeOf(target, path), ...post, signal }, (response) => {
      const chunks: Buffer[] = [];
      let bytes = 0;
      response.on('data', (chunk: Buffer) => {
        bytes += chunk.length;
        if (bytes > MAX_ANSWER_BYTES) request.destroy();
        else chunks.push(chunk);
      });
      response.once('end', () => resolve({ status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString('utf8') }));
      response.once('error', reject);
    });
    request.once('error', reject);
    request.end(body);
  });
}

function placeOf(target: URL, path: string): RequestOptions {
  if (target.protocol === 'unix:') return { socketPath: decodeURIComponent(target.pathname), path };
  return { host: target.hostname, port: target.port, protocol: target.protocol, path: `${target.pathname.replace(/\/$/, '')}${path}` };
}
