import * as fc from 'fast-check';
import { isAbsolute, resolve, win32 } from 'node:path';
import { PathRefusedError, refusalOf, safePath } from '../../workspace';
import { itUnless } from '../support/services';
import { noCorpus, sharedRows } from '../support/shared-data';

it.each([
  ['a.txt', 'a.txt'],
  ['src/app.js', 'src/app.js'],
  ['./src/./app.js', 'src/app.js'],
  ['src//app.js', 'src/app.js'],
  ['.htaccess', '.htaccess'],
  ['.gitignore', '.gitignore'],
  ['.github/workflows/ci.yml', '.github/workflows/ci.yml'],
  ['docs/grüße (1).md', 'docs/grüße (1).md'],
  ['e\u0301.md', '\u00e9.md'],
  ['日本語/ファイル.txt', '日本語/ファイル.txt'],
  ['100% done.md', '100% done.md'],
  ['console.log', 'console.log'],
  ['a..b', 'a..b'],
  ['wait….md', 'wait….md'],
])('takes %j as %j', (path, expected) => {
  expect(safePath(path)).toBe(expected);
});

it.each([
  ['', 'empty'], ['   ', 'empty'], ['.', 'folder'], ['./', 'folder'], ['a/', 'folder'], ['a/.', 'folder'],
  ['..', '..'], ['../a', '..'], ['a/../../b', '..'], ['a/..', '..'], ['....//a', '..'], ['..;/a', '..'],
  ['/a', 'absolute'], ['//host/share', 'absolute'], ['~/a', 'home'], ['~root', 'home'], ['./~/a', 'home'],
  ['C:/a', 'colon'], ['C:a', 'colon'], ['a.txt:stream', 'colon'], ['file:///etc/passwd', 'colon'],
  ['a\\b', 'backslash'], ['..\\a', 'backslash'], ['\\\\host\\share', 'backslash'], ['a\u2215b', 'look-alike'],
  ['a\0b', 'control'], ['a\nb', 'control'], ['a\u202Eb', 'invisible'], ['.g\u200Cit/config', 'invisible'], ['a\uD800', 'invisible'],
  ['%2e%2e/a', 'percent'], ['%252e%252e%252fa', 'percent'], ['%c0%ae%c0%ae/a', 'percent'], ['%u002e', 'percent'], ['%%32%65', 'percent'],
  ['\uFF0E\uFF0E/a', '..'], ['a\uFF0F..\uFF0Fb', '..'], ['\uFF0Fetc', 'absolute'], ['a\uFF3Cb', 'backslash'], ['\u2025/a', '..'],
  ['CON', 'reserved'], ['a/nul.txt', 'reserved'], ['Com1.log', 'reserved'], ['LPT¹', 'reserved'],
  ['a.', 'ends with'], ['a /b', 'ends with'], [' a', 'starts with a space'],
  ['.git/config', '.git'], ['a/.GIT/hooks/pre-commit', '.git'], ['git~1/config', '.git'],
  ['what?.md', 'not every file system'], ['a|b', 'not every file system'],
  ['x'.repeat(301), '301 characters'], [Array(22).fill('a').join('/'), 'folders deep'], ['日'.repeat(90), '255 bytes'],
])('refuses %j', (path, why) => {
  expect(() => safePath(path)).toThrow(PathRefusedError);
  expect(refusalOf(path)).toContain(why);
});

it('refuses what is no text', () => {
  expect(() => safePath(undefined as unknown as string)).toThrow(PathRefusedError);
});

function expectInside(path: string): void {
  const safe = safePath(path);
  expect(isAbsolute(safe) || win32.isAbsolute(safe)).toBe(false);
  expect(resolve('/jail/run', safe).startsWith('/jail/run/')).toBe(true);
  expect(win32.resolve('C:\\jail\\run', safe).startsWith('C:\\jail\\run\\')).toBe(true);
  expect(safePath(safe)).toBe(safe);
}

it('whatever it takes lies inside, on Linux and Windows, and is its own safe form', () => {
  const piece = fc.oneof(fc.string({ unit: 'grapheme', maxLength: 5 }), fc.constantFrom('..', '.', '/', '\\', 'a', '%2e', '\uFF0E', 'C:', ' ', '~', 'nul'));
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 8 }), fc.constantFrom('', '/'), (pieces, separator) => {
      const path = pieces.join(separator);
      if (refusalOf(path) === undefined) expectInside(path);
    }),
    { numRuns: 2_000 },
  );
});

interface TraversalRow {
  id: string;
  payload: string;
  families?: string[];
}

// In these families the attack is in the characters themselves; in "other" some are harmless names, such as ".htaccess".
const ALWAYS_REFUSED = ['dotdot', 'backslash', 'absolute-unix', 'windows-drive', 'unc', 'percent-encoded', 'double-encoded', 'nullbyte', 'url-scheme'];

for (const corpus of ['traversal', 'naughty_filenames', 'command_injection_args']) {
  const rows = sharedRows<TraversalRow>(`data/paths/${corpus}.jsonl`);
  itUnless(noCorpus(rows), `holds against the corpus ${corpus}`, () => {
    for (const { id, payload, families = [] } of rows!) {
      const refused = refusalOf(payload) !== undefined;
      if (!refused) expectInside(payload);
      if (families.some((family) => ALWAYS_REFUSED.includes(family))) expect([id, payload, refused]).toEqual([id, payload, true]);
    }
  });
}
