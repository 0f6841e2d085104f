import { pipeline, type Readable } from 'node:stream';
import { createBrotliDecompress, createGunzip } from 'node:zlib';
import { CancelledError, askPublicWeb, isAiosError, networkReason, webAddress, type PublicWebOptions, type WebAnswer } from '../../kernel';
import { WebPageError } from '../web/errors';
import { ACCEPTED_TYPES, pageText, pageType } from '../web/page-text';
import type { WebPage, WebPages } from '../web/web';

export interface WebPagesOptions extends PublicWebOptions {
  /** From the first name looked up to the last byte, redirects included; default 20 s. */
  timeoutMs?: number;
}

/** Of one page, unpacked. Turning as much into Markdown takes half a second at worst. */
export const MAX_PAGE_BYTES = 2 * 1_048_576;
const TIMEOUT_MS = 20_000;
const MAX_REDIRECTS = 5;
const REDIRECTS = [301, 302, 303, 307, 308];
const REQUEST_HEADERS = { 'user-agent': 'n8n-nodes-aios (+https://github.com/n8n-nodes-aios/n8n-nodes-aios)', accept: ACCEPTED_TYPES, 'accept-encoding': 'gzip, br' };

/** Pages by GET, nothing else; each redirect is judged like the first address. */
export function openWebPages(options: WebPagesOptions = {}): WebPages {
  const { timeoutMs = TIMEOUT_MS } = options;
  return {
    async read(address, signal) {
      const late = AbortSignal.timeout(timeoutMs);
      try {
        return await readPage(address, AbortSignal.any([signal, late]), options);
      } catch (error) {
        if (signal.aborted) throw new CancelledError(signal.reason);
        if (late.aborted) throw new WebPageError(address, `no whole answer came within ${timeoutMs / 1_000} s`);
        if (isAiosError(error)) throw error;
        throw new WebPageError(address, networkReason(error) ?? 'the answer could not be understood', undefined, error);
      }
    },
  };
}

async function readPage(asked: string, signal: AbortSignal, options: PublicWebOptions): Promise<WebPage> {
  let url = webAddress(asked, options.allowedHosts);
  for (let redirects = 0; redirects <= MAX_REDIRECTS; redirects++) {
    const answer = await askPublicWeb(url, REQUEST_HEADERS, signal, options);
    const next = REDIRECTS.includes(answer.status) ? answer.headers.location : undefined;
    if (next === undefined) return await pageOf(url, answer);
    answer.body.destroy();
    const target = URL.parse(next, url.href);
    if (!target) throw new WebPageError(asked, 'it sends on to something that is no address');
    url = webAddress(target.href, options.allowedHosts);
  }
  throw new WebPageError(asked, `it sends on more than ${MAX_REDIRECTS} times`);
}

async function pageOf(url: URL, { status, headers, body }: WebAnswer): Promise<WebPage> {
  try {
    if (status < 200 || status > 299) throw new WebPageError(url.href, `the server answered with status ${status}`, status === 429 ? 'It asks to be left alone for a while. Try another page.' : undefined);
    const type = pageType(headers['content-type']);
    if (!type) throw new WebPageError(url.href, `it is ${headers['content-type']?.slice(0, 100) ?? 'of no stated type'}; HTML, Markdown, JSON and plain text can be read`);
    if (Number(headers['content-length'] ?? 0) > MAX_PAGE_BYTES) throw tooLarge(url);
    return pageText(await boundedBody(url, unpacked(url, headers['content-encoding'], body)), type, url.href);
  } finally {
    body.destroy();
  }
}

function unpacked(url: URL, encoding: string | undefined, body: Readable): Readable {
  const name = encoding?.trim().toLowerCase() ?? '';
  if (name === '' || name === 'identity') return body;
  const unpack = name === 'gzip' || name === 'x-gzip' ? createGunzip() : name === 'br' ? createBrotliDecompress() : undefined;
  if (!unpack) throw new WebPageError(url.href, `it is packed as ${JSON.stringify(name.slice(0, 40))}, which was not asked for`);
  // An error of either end reaches the reader through `unpack`.
  return pipeline(body, unpack, () => {});
}

/** Counts what comes out, so that a page that unpacks to gigabytes ends at the bound. */
async function boundedBody(url: URL, body: Readable): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of body as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > MAX_PAGE_BYTES) throw tooLarge(url);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function tooLarge(url: URL): WebPageError {
  return new WebPageError(url.href, `it has more than ${MAX_PAGE_BYTES / 1_048_576} MiB`, 'Look for a smaller page, such as one chapter instead of the whole book.');
}
