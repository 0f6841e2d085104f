import { PathRefusedError } from './errors';

/** As in the contracts of plans and artifacts. */
const MAX_PATH_CHARACTERS = 300;
/** What every file system in use can hold in one name. */
const MAX_NAME_BYTES = 255;
const MAX_DEPTH = 20;

const RESERVED_ON_WINDOWS = /^(con|prn|aux|nul|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³])(\.|$)/i;
/** Git would run or obey what it finds there; `git~1` is the short name Windows gives the folder. */
const GIT_FOLDER = /^(\.git|git~\d+)$/i;

// Slashes and backslashes in disguise that no normalisation turns into plain ones.
const LOOKALIKE_SLASHES = /[\u2044\u2215\u2216\u29f5\u29f8\u29f9]/u;
const CONTROL_OR_INVISIBLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u;
// No file needs them, and whoever decodes the name later would find another path: `%2e%2e%2f`, `%252e`, `%c0%ae`, `%u002e`, `%%32%65`.
const PERCENT_ENCODED = /%%|%[0-9a-f]{2}|%u[0-9a-f]{4}/i;
const NOT_PORTABLE = /[<>"|?*]/;

/**
 * The one form in which a path from a model or a request may be used: relative, forward slashes, NFC, no `.` or empty parts.
 * It says nothing about links on the disk; whoever opens the file must look at those.
 *
 * @throws {PathRefusedError} for anything that is not plainly a file below the folder, on any of Linux, macOS and Windows
 */
export function safePath(path: string): string {
  const why = typeof path === 'string' ? refusalOf(path) : 'it is no text';
  if (why) throw new PathRefusedError(String(path), why);
  return partsOf(path.normalize('NFC')).join('/');
}

/** @returns why the path is refused; undefined when it is fine */
export function refusalOf(path: string): string | undefined {
  // Full-width dots and slashes become plain ones in systems that normalise; so both forms must be harmless.
  return refusalOfForm(path.normalize('NFC')) ?? refusalOfForm(path.normalize('NFKC'));
}

function refusalOfForm(path: string): string | undefined {
  if (path.trim() === '') return 'it is empty';
  if (path.length > MAX_PATH_CHARACTERS) return `it has ${path.length} characters, at most ${MAX_PATH_CHARACTERS} are allowed`;
  if (CONTROL_OR_INVISIBLE.test(path)) return 'it holds control or invisible characters';
  if (path.includes('\\') || LOOKALIKE_SLASHES.test(path)) return 'it holds a backslash or a slash look-alike; write forward slashes';
  if (path.startsWith('/')) return 'it is absolute';
  if (path.includes(':')) return 'it holds a colon, as drives, addresses and hidden streams do';
  if (PERCENT_ENCODED.test(path)) return 'it holds percent-encoded characters; write the name itself';
  if (NOT_PORTABLE.test(path)) return 'it holds one of < > " | ? *, which not every file system takes';
  if (/\/\.?$/.test(path)) return 'it names a folder, not a file';
  return refusalOfParts(partsOf(path));
}

function refusalOfParts(parts: readonly string[]): string | undefined {
  if (parts.length === 0) return 'it names a folder, not a file';
  // After "./" is gone: "./~" is "~" too.
  if (parts[0]!.startsWith('~')) return 'it starts with "~", which stands for a home folder';
  if (parts.length > MAX_DEPTH) return `it is ${parts.length} folders deep, at most ${MAX_DEPTH} are allowed`;
  for (const part of parts) {
    const why = refusalOfName(part);
    if (why) return why;
  }
  return undefined;
}

function refusalOfName(name: string): string | undefined {
  if (name.startsWith('..')) return 'it holds ".."';
  if (/[. ]$/.test(name)) return `the name ${JSON.stringify(name)} ends with a dot or a space`;
  if (name.startsWith(' ')) return `the name ${JSON.stringify(name)} starts with a space`;
  if (RESERVED_ON_WINDOWS.test(name)) return `the name ${JSON.stringify(name)} is reserved on Windows`;
  if (GIT_FOLDER.test(name)) return 'it lies in a .git folder';
  if (Buffer.byteLength(name) > MAX_NAME_BYTES) return `a name in it is longer than ${MAX_NAME_BYTES} bytes`;
  return undefined;
}

function partsOf(path: string): string[] {
  return path.split('/').filter((part) => part !== '' && part !== '.');
}
