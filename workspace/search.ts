import { RE2JS } from 're2js';
import { type Clock, InvalidInputError, errorFacts, nextTurn, throwIfCancelled } from '../kernel';
import type { FileFacts, StoredContent } from './file-store';
import type { SearchMatch, SearchQuery, SearchResult } from './workspace';

const MAX_QUERY_CHARACTERS = 500;
const MAX_MATCHES = 500;
const DEFAULT_MATCHES = 100;
const SHOWN_CHARACTERS = 200;
const SHOWN_BEFORE = 60;
/** A search stops after this and says so. */
const SEARCH_MS = 3_000;
/** Others get their turn in the process at least this often. */
const TURN_MS = 25;
/** A longer line is looked at piece by piece, so that the time can be looked at between. */
const PIECE_CHARACTERS = 4_000;

/** Where the text is found in a line, -1 for nowhere. */
type FindIn = (line: string) => number;

interface SearchPlace {
  files: readonly FileFacts[];
  read(path: string): Promise<StoredContent>;
  clock: Clock;
}

/** Line by line through the files in their order; binary ones are left out. */
export async function searchFiles({ files, read, clock }: SearchPlace, query: SearchQuery, signal?: AbortSignal): Promise<SearchResult> {
  const find = finder(query);
  const most = Math.min(Math.max(Math.trunc(query.maxMatches ?? DEFAULT_MATCHES), 1), MAX_MATCHES);
  const result: SearchResult = { matches: [], filesSearched: 0 };
  const endMs = clock.nowMs() + SEARCH_MS;
  let turnMs = clock.nowMs() + TURN_MS;
  for (const { path } of files) {
    const content = await contentToSearch(read, path);
    if (content === undefined) continue;
    result.filesSearched++;
    for (const { text, line } of pieces(content)) {
      if (clock.nowMs() >= turnMs) {
        await nextTurn();
        throwIfCancelled(signal);
        turnMs = clock.nowMs() + TURN_MS;
        if (clock.nowMs() >= endMs) return { ...result, stopped: 'time' };
      }
      const at = find(text);
      if (at < 0) continue;
      if (result.matches.length >= most) return { ...result, stopped: 'matches' };
      result.matches.push(shown(path, line, text, at));
    }
  }
  return result;
}

/** @throws {InvalidInputError} */
function finder({ text, isRegex = false, ignoreCase = false }: SearchQuery): FindIn {
  if (typeof text !== 'string' || text === '') throw new InvalidInputError('There is nothing to search for.', { hint: 'Give the text or the expression.' });
  if (text.length > MAX_QUERY_CHARACTERS) throw new InvalidInputError(`The search has ${text.length} characters, at most ${MAX_QUERY_CHARACTERS} are allowed.`, { hint: 'Search for a part of it.' });
  if (isRegex) return expressionFinder(text, ignoreCase);
  if (!ignoreCase) return (line) => line.indexOf(text);
  const lower = text.toLowerCase();
  return (line) => line.toLowerCase().indexOf(lower);
}

function expressionFinder(text: string, ignoreCase: boolean): FindIn {
  try {
    const expression = RE2JS.compile(text, ignoreCase ? RE2JS.CASE_INSENSITIVE : 0);
    return (line) => {
      const matcher = expression.matcher(line);
      return matcher.find() ? matcher.start() : -1;
    };
  } catch (error) {
    throw new InvalidInputError(`The expression ${JSON.stringify(text)} cannot be read: ${error instanceof Error ? error.message : String(error)}`, { hint: 'Expressions are those of RE2: no look-around and no back references. For plain text switch the expression off.', cause: error });
  }
}

async function contentToSearch(read: SearchPlace['read'], path: string): Promise<string | undefined> {
  try {
    const { content } = await read(path);
    return isText(content) ? content.toString('utf8') : undefined;
  } catch (error) {
    // Deleted since it was listed.
    if (errorFacts(error).code === 'FILE_NOT_FOUND') return undefined;
    throw error;
  }
}

/** As git tells them apart: a zero byte among the first 8,000 makes it binary. */
export function isText(content: Uint8Array): boolean {
  return !content.subarray(0, 8_000).includes(0);
}

function* pieces(content: string): Generator<{ text: string; line: number }> {
  let line = 0;
  for (const text of content.split('\n')) {
    line++;
    if (text.length <= PIECE_CHARACTERS) yield { text, line };
    else for (let start = 0; start < text.length; start += PIECE_CHARACTERS) yield { text: text.slice(start, start + PIECE_CHARACTERS), line };
  }
}

function shown(path: string, line: number, text: string, at: number): SearchMatch {
  const start = text.length <= SHOWN_CHARACTERS ? 0 : Math.max(0, at - SHOWN_BEFORE);
  return { path, line, text: text.slice(start, start + SHOWN_CHARACTERS).replace(/\r$/, '') };
}
