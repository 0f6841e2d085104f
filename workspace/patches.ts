import { FILE_HEADERS_ONLY, type StructuredPatch, applyPatch, createTwoFilesPatch, parsePatch, structuredPatch } from 'diff';
import { PatchRefusedError } from './errors';
import { recountedDiff } from './recounted-diff';
import { safePath } from './safe-path';
import { isText } from './search';

const MAX_DIFF_CHARACTERS = 1_000_000;
const MAX_DIFF_FILES = 200;
/** Lines; of two texts with less in common it is only said that they differ. The time grows with its square: half a second. */
const MAX_EDITS = 2_000;
const CONTEXT_LINES = 3;
/** Of lines, to find where the hunks of one file belong; a file takes one per line and hunk, repetitive ones many more. About 0.2 s. */
const MAX_COMPARISONS = 2_000_000;
const NO_FILE = '/dev/null';

/** What a diff does to one file. */
export interface FilePatch {
  path: string;
  /** Where the old content is; differs from `path` for a renamed file. */
  from: string;
  kind: 'add' | 'change' | 'delete' | 'rename';
  patch: StructuredPatch;
}

/** @throws {PatchRefusedError} for what is no unified diff @throws {PathRefusedError} */
export function parsedPatch(diff: string): FilePatch[] {
  if (typeof diff !== 'string' || diff.trim() === '') throw new PatchRefusedError('it is empty.');
  if (diff.length > MAX_DIFF_CHARACTERS) throw new PatchRefusedError(`it has ${diff.length} characters, at most ${MAX_DIFF_CHARACTERS} are allowed.`);
  const patches = parsed(diff).filter(({ oldFileName, newFileName }) => oldFileName !== undefined || newFileName !== undefined);
  if (patches.length === 0) throw new PatchRefusedError('it is no unified diff; lines "--- a/file" and "+++ b/file" are missing.');
  if (patches.length > MAX_DIFF_FILES) throw new PatchRefusedError(`it changes ${patches.length} files, at most ${MAX_DIFF_FILES} are allowed.`);
  const files = patches.map(filePatch);
  const twice = files.find(({ path }, index) => files.findIndex((other) => other.path === path) !== index);
  if (twice) throw new PatchRefusedError(`it changes ${JSON.stringify(twice.path)} twice.`);
  return files;
}

function parsed(diff: string): StructuredPatch[] {
  try {
    const patches = parsePatch(diff);
    if (patches.every(doesSomething)) return patches;
  } catch {
    // Tried once more below.
  }
  return parsedAnew(recountedDiff(diff));
}

/** A header that cannot be read is passed over in silence, its lines with it. */
function doesSomething({ hunks, isRename, isCreate, isDelete }: StructuredPatch): boolean {
  return hunks.length > 0 || isRename === true || isCreate === true || isDelete === true;
}

function parsedAnew(diff: string): StructuredPatch[] {
  try {
    return parsePatch(diff);
  } catch (error) {
    throw new PatchRefusedError(`it cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function filePatch(patch: StructuredPatch): FilePatch {
  const { oldFileName = NO_FILE, newFileName = NO_FILE } = patch;
  const [from, to] = withoutPrefixes(oldFileName, newFileName);
  if (!doesSomething(patch)) throw new PatchRefusedError(`it changes no line of ${JSON.stringify(to)}; lines "@@" with the changes are missing.`);
  if (from === NO_FILE && to === NO_FILE) throw new PatchRefusedError('one of its files has no name.');
  if (patch.isCopy) throw new PatchRefusedError(`it copies ${JSON.stringify(from)}; write the copy as a new file.`);
  if (patch.isCreate || from === NO_FILE) return { path: safePath(to), from: safePath(to), kind: 'add', patch };
  if (patch.isDelete || to === NO_FILE) return { path: safePath(from), from: safePath(from), kind: 'delete', patch };
  return { path: safePath(to), from: safePath(from), kind: from === to ? 'change' : 'rename', patch };
}

/** git writes `a/` and `b/` before the names, other programs do not. */
function withoutPrefixes(from: string, to: string): [string, string] {
  const hasPrefixes = (from === NO_FILE || from.startsWith('a/')) && (to === NO_FILE || to.startsWith('b/'));
  const bare = (name: string) => (hasPrefixes && name !== NO_FILE ? name.slice(2) : name);
  return [bare(from), bare(to)];
}

/** @param content what stands, undefined for no file @returns the new content, `null` when the file goes @throws {PatchRefusedError} */
export function patchedContent({ from, path, kind, patch }: FilePatch, content: Buffer | undefined): Buffer | null {
  if (kind === 'add' && content !== undefined) throw new PatchRefusedError(`${JSON.stringify(path)} is to be new and is there already.`);
  if (kind !== 'add' && content === undefined) throw new PatchRefusedError(`there is no file ${JSON.stringify(from)}.`);
  if (content !== undefined && !isText(content)) throw new PatchRefusedError(`${JSON.stringify(from)} is no text.`);
  const text = applyPatch(content?.toString('utf8') ?? '', patch, { compareLine: countedComparison(from) });
  if (text === false) throw new PatchRefusedError(`${JSON.stringify(from)} has other lines than the diff says.`);
  if (kind !== 'delete') return Buffer.from(text, 'utf8');
  if (text !== '') throw new PatchRefusedError(`${JSON.stringify(path)} is to be deleted and holds more than the diff says.`);
  return null;
}

/** A hunk of a thousand equal lines may fit almost anywhere in a file of such lines: looking would hold up the process for minutes. */
function countedComparison(path: string): (lineNumber: number, line: string, operation: string, wanted: string) => boolean {
  let comparisons = 0;
  return (_lineNumber, line, _operation, wanted) => {
    if (++comparisons > MAX_COMPARISONS) throw new PatchRefusedError(`${JSON.stringify(path)} repeats the hunk's lines too often to find its place; write smaller hunks with lines that stand there once.`);
    return line === wanted;
  };
}

/** Unified diff of one file; `null` is no file. Empty when both are the same. */
export function fileDiff(path: string, before: Buffer | null, after: Buffer | null): string {
  if (before && after ? before.equals(after) : before === after) return '';
  const [from, to] = [before ? `a/${path}` : NO_FILE, after ? `b/${path}` : NO_FILE];
  if ((before && !isText(before)) || (after && !isText(after))) return `Binary files ${from} and ${to} differ\n`;
  const [old, next] = [before?.toString('utf8') ?? '', after?.toString('utf8') ?? ''];
  // Nothing has to be looked for in what is new or gone as a whole.
  const maxEditLength = old === '' || next === '' ? Infinity : MAX_EDITS;
  return createTwoFilesPatch(from, to, old, next, undefined, undefined, { context: CONTEXT_LINES, maxEditLength, headerOptions: FILE_HEADERS_ONLY }) ?? `Files ${from} and ${to} differ in more than ${MAX_EDITS} places\n`;
}

/**
 * What a content becomes when the step from `before` to `after` is taken back; what came later stays.
 * @returns undefined when the step does not fit any more
 */
export function withoutStep(current: Buffer | null, { before, after }: { before: Buffer | null; after: Buffer | null }): { content: Buffer | null } | undefined {
  if (isSame(current, after) || isSame(current, before)) return { content: before };
  if (!current || !before || !after || ![current, before, after].every(isText)) return undefined;
  const reverse = structuredPatch('', '', after.toString('utf8'), before.toString('utf8'), undefined, undefined, { context: CONTEXT_LINES, maxEditLength: MAX_EDITS });
  const text = reverse ? applyPatch(current.toString('utf8'), reverse) : false;
  return text === false ? undefined : { content: Buffer.from(text, 'utf8') };
}

export function isSame(one: Buffer | null, other: Buffer | null): boolean {
  return one && other ? one.equals(other) : one === other;
}
