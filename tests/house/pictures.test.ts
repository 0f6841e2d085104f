import { existsSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ROOT, readTracked, trackedFiles } from './tracked-files';

const MOST_BYTES = 3 * 1024 * 1024;
const pages = trackedFiles().filter((file) => file.endsWith('.md'));
const pictures = trackedFiles().filter((file) => file.startsWith('docs/pictures/'));

interface Shown {
  page: string;
  alt: string;
  src: string;
  /** From the root of the repository. */
  file: string;
}

/** `![alt](src)`, `<img alt src>`; a `<source>` stands beside an `<img>` with the words for both. */
function picturesOf(page: string): Shown[] {
  const text = readTracked(page);
  const markdown = [...text.matchAll(/!\[([^\]]*)\]\(([^)\s]+)\)/g)].map(([, alt, src]) => ({ alt: alt!, src: src! }));
  const html = [...text.matchAll(/<img\b[^>]*>/g)].map(([tag]) => ({ alt: /alt="([^"]*)"/.exec(tag)?.[1] ?? '', src: /src="([^"]*)"/.exec(tag)?.[1] ?? '' }));
  const dark = [...text.matchAll(/<source\b[^>]*srcset="([^"]*)"/g)].map(([, src]) => ({ alt: 'beside an <img>', src: src! }));
  return [...markdown, ...html, ...dark].map(({ alt, src }) => ({ page, alt, src, file: join(dirname(page), src) }));
}

const shown = pages.flatMap(picturesOf);

it('every picture a page shows is there, and is put into words for those who cannot see it', () => {
  expect(shown.length).toBeGreaterThan(5);
  expect(shown.filter(({ file }) => !existsSync(join(ROOT, file)))).toEqual([]);
  expect(shown.filter(({ alt }) => alt.split(/\s+/).length < 3)).toEqual([]);
});

it('pages show pictures of their own checkout, so that a fork or a clone shows its own', () => {
  expect(shown.filter(({ src }) => /^https?:/.test(src))).toEqual([]);
  expect(shown.filter(({ page }) => page === 'README.md').length).toBeGreaterThan(0);
});

it('every picture in docs/pictures is shown on some page', () => {
  expect(pictures.filter((picture) => !shown.some(({ file }) => file === picture))).toEqual([]);
});

it(`all pictures together are at most ${MOST_BYTES / 1024 / 1024} MB`, () => {
  expect(pictures.map((picture) => statSync(join(ROOT, picture)).size).reduce((sum, bytes) => sum + bytes, 0)).toBeLessThanOrEqual(MOST_BYTES);
});
