import type { MemoryItem } from './memory-item';

/** What an item is found by: the name of its document, then its text. A part of a document rarely says what the whole is about. */
export function soughtText({ text, provenance: { source } }: Pick<MemoryItem, 'text' | 'provenance'>): string {
  const name = source === undefined ? '' : nameOf(source);
  return name === '' ? text : `${name}\n${text}`;
}

/** Of `https://example.com/guides/opening-hours.html?x=1` it is "opening hours"; a title stays as it is. */
function nameOf(source: string): string {
  if (!/[\\/]|\.\w{1,5}$/.test(source)) return source;
  const last = source.replace(/[?#].*$/s, '').split(/[\\/]+/).findLast((part) => part !== '') ?? '';
  return last.replace(/\.\w{1,5}$/, '').replace(/[-_.+]+|%20/g, ' ').trim();
}
