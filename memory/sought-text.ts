import type { MemoryItem } from './memory-item';

/** What an item is found by: the name of its document, then its text. A part of a document rarely says what the whole is about. */
export function soughtText({ text, provenance: { source } }: Pick<MemoryItem, 'text' | 'provenance'>): string {
  const name = source === undefined ? '' : nameOf(source);
  return name === '' ? text : `${name}\n${text}`;
}

/** Of `https://example.com/guides/opening-hours.html?x=1` it is "opening hours"; a title stays as it is. */
function nameOf(source: string): string {
  const isAddress = source.includes('://') || (/[\\/]/.test(source) && !/\s/.test(source));
  const name = isAddress ? (source.replace(/[?#].*$/s, '').split(/[\\/]+/).findLast((part) => part !== '') ?? '') : source;
  const withoutEnding = name.replace(/\.[a-z][a-z\d]{1,4}$/i, '');
  return /\s/.test(withoutEnding) ? withoutEnding.trim() : withoutEnding.replace(/[-_.+]+|%20/g, ' ').trim();
}
