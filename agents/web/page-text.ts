import { MIMEType } from 'node:util';
import { htmlToMarkdown } from '@mdream/js';
import { shallowHtml } from './shallow-html';
import type { WebPage } from './web';

type Kind = 'html' | 'text';

const KINDS: Record<string, Kind> = {
  'text/html': 'html',
  'application/xhtml+xml': 'html',
  'text/markdown': 'text',
  'text/x-markdown': 'text',
  'text/plain': 'text',
  'application/json': 'text',
};

/** For the request: what can be read, the plainest first. */
export const ACCEPTED_TYPES = 'text/markdown, text/html, application/xhtml+xml, application/json, text/plain;q=0.9';

/** What a server says it sends. */
export interface PageType {
  kind: Kind;
  charset?: string;
}

/** @returns undefined when it is no text that can be read */
export function pageType(contentType: string | undefined): PageType | undefined {
  const type = parsedType(contentType ?? '');
  const kind = type && (KINDS[type.essence] ?? (type.essence.endsWith('+json') ? 'text' : undefined));
  return kind && { kind, charset: type.params.get('charset') ?? undefined };
}

function parsedType(contentType: string): MIMEType | undefined {
  try {
    return new MIMEType(contentType);
  } catch {
    return undefined;
  }
}

/** Not read: what moves around a page, what a reader does not see, and what is no text. */
const SKIPPED_ELEMENTS = ['nav', 'footer', 'aside', 'form', 'button', 'select', 'textarea', 'iframe', 'object', 'embed', 'svg', 'noscript', 'template', '[aria-hidden="true"]'];

/** Tags of a page that are read: the longest articles have a third of it, and n8n stands still meanwhile. */
const MOST_TAGS = 100_000;

/** The bytes of a page as text for a model: HTML as Markdown with whole addresses, the main part where the page marks one. A page of more tags than are read says so at its end. */
export function pageText(body: Buffer, { kind, charset }: PageType, address: string): WebPage {
  if (kind === 'text') return { address, text: visible(decoded(body, charset)) };
  const whole = decoded(body, charset ?? charsetInHtml(body));
  const html = whole.slice(0, endOfTags(whole));
  const isolateMain = /<main[\s>]/i.test(html);
  const text = htmlToMarkdown(shallowHtml(html), { origin: address, plugins: { isolateMain, filter: { exclude: SKIPPED_ELEMENTS } }, clean: { emptyLinks: true, emptyImages: true, emptyLinkText: true } });
  const title = titleOf(html);
  const goesOn = html.length < whole.length ? `\n\n[The page goes on: its first ${MOST_TAGS} tags were read.]` : '';
  return { address, ...(title && { title }), text: visible(text) + goesOn };
}

/** @returns where the first tag begins that is not read; undefined when all are read */
function endOfTags(html: string): number | undefined {
  let at = html.indexOf('<');
  for (let tags = 1; at >= 0; tags++) {
    if (tags > MOST_TAGS) return at;
    at = html.indexOf('<', at + 1);
  }
  return undefined;
}

/** An unknown charset is read as UTF-8; a byte order mark counts more than what was said. */
function decoded(body: Buffer, charset = 'utf-8'): string {
  const marked = body[0] === 0xff && body[1] === 0xfe ? 'utf-16le' : body[0] === 0xfe && body[1] === 0xff ? 'utf-16be' : body[0] === 0xef && body[1] === 0xbb && body[2] === 0xbf ? 'utf-8' : charset;
  try {
    return new TextDecoder(marked).decode(body);
  } catch {
    return new TextDecoder().decode(body);
  }
}

/** HTML: the first 1,024 bytes may name it. */
function charsetInHtml(body: Buffer): string | undefined {
  return /<meta[^>]{0,200}charset\s*=\s*["']?([\w:-]{1,40})/i.exec(body.subarray(0, 1_024).toString('latin1'))?.[1];
}

function titleOf(html: string): string {
  const title = /<title[^>]{0,200}>([^<]{1,300})/i.exec(html.slice(0, 100_000))?.[1] ?? '';
  return visible(htmlToMarkdown(title)).replace(/\s+/g, ' ').trim();
}

/** What a reader does not see; joiners and the mark of emoji stay, Persian and emoji need them, but three in a row join nothing. */
const UNSEEN = /(?!\n|\t|\u200c|\u200d|\ufe0f)[\p{C}\p{Default_Ignorable_Code_Point}]|(?:\u200c|\u200d|\ufe0f){3,}/gu;

/** Without characters nobody sees: a page could speak to the model alone in them. */
function visible(text: string): string {
  return text.replace(/\r\n?/g, '\n').replace(UNSEEN, '').trim();
}
