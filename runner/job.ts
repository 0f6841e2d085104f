import { PROGRAM_FILES, TOOLS, type Tool } from './commands.ts';

export const MAX_BODY_BYTES = 8 * 2 ** 20;
const MAX_FILES = 500;
const MAX_PATH_CHARACTERS = 300;
const MAX_TIME_MS = 120_000;

/** One thing to run, as it comes over the wire. */
export interface Job {
  tool: Tool;
  /** The file a command works on. */
  path?: string;
  /** The program of `python` and `javascript`. */
  code?: string;
  stdin: string;
  files: Record<string, string>;
  /** 100..120 000 */
  timeMs: number;
}

/** What is wrong with a request, for its sender. */
export class BadJobError extends Error {}

/** @throws {BadJobError} */
export function readJob(body: string): Job {
  const { tool, path, code, stdin = '', files = {}, timeMs = 20_000 } = parsed(body);
  if (!TOOLS.includes(tool as Tool)) throw new BadJobError(`"tool" must be one of ${TOOLS.join(', ')}.`);
  if (typeof stdin !== 'string') throw new BadJobError('"stdin" must be text.');
  if (typeof timeMs !== 'number' || !(timeMs >= 100 && timeMs <= MAX_TIME_MS)) throw new BadJobError(`"timeMs" must be 100..${MAX_TIME_MS}.`);
  const programFile = PROGRAM_FILES[tool as Tool];
  if (programFile ? typeof code !== 'string' : typeof path !== 'string' || !isSafe(path)) throw new BadJobError(programFile ? '"code" must be text.' : '"path" must be a relative path.');
  const job = { tool: tool as Tool, stdin, timeMs, files: readFiles(files) };
  return programFile ? { ...job, code: code as string } : { ...job, path: path as string };
}

function parsed(body: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(body);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  } catch {
    // Said below.
  }
  throw new BadJobError('The body must be one JSON object.');
}

function readFiles(files: unknown): Record<string, string> {
  if (typeof files !== 'object' || files === null || Array.isArray(files)) throw new BadJobError('"files" must be an object of path and text.');
  const entries = Object.entries(files);
  if (entries.length > MAX_FILES) throw new BadJobError(`At most ${MAX_FILES} files, not ${entries.length}.`);
  for (const [path, text] of entries) if (!isSafe(path) || typeof text !== 'string') throw new BadJobError(`The file ${JSON.stringify(path.slice(0, 100))} has no relative path or no text.`);
  return Object.fromEntries(entries) as Record<string, string>;
}

/** Plainly below the job's folder, which is empty before: there are no links to follow. */
function isSafe(path: string): boolean {
  if (path === '' || path.length > MAX_PATH_CHARACTERS || /[\0\\:]/.test(path) || path.startsWith('/')) return false;
  const parts = path.split('/');
  return parts.every((part) => part !== '' && part !== '.' && part !== '..') && !Object.values(PROGRAM_FILES).includes(path);
}
