import { z } from 'zod';
import { errorFacts } from '../../kernel';
import type { Privacy } from '../../privacy';
import type { FileChange, FileFacts, SearchMatch, Workspace, Workspaces } from '../../workspace';
import type { AgentTool } from '../agents';
import { argumentsOf, schemaOf } from './tool-arguments';

/** What a small model can take in one answer and still work: about 1,500 tokens. */
const MAX_SHOWN_CHARACTERS = 6_000;
const MAX_SHOWN_LINES = 300;
const MAX_LISTED = 150;
const MAX_MATCHES = 40;

export interface FileToolsOptions {
  workspaces: Workspaces;
  /** Of the run; without one there is no workspace, and so no tools. */
  project: string | undefined;
  /** Of the work at each call: secret work marks the project, and other work cannot read it then. */
  privacy(): Privacy;
  role: { name: string; paths?: { read: readonly string[]; write: readonly string[] } };
}

/**
 * The files of a run's project for a role, within its paths. None of them leaves this machine.
 * What a role has not read or written itself it cannot overwrite by accident.
 */
export function fileTools({ workspaces, project, privacy, role }: FileToolsOptions): AgentTool[] {
  if (project === undefined) return [];
  const desk: Desk = { workspace: workspaces.open(project, { name: role.name, paths: role.paths, privacy }), role: role.name, seen: new Map() };
  return [readFile(desk), writeFile(desk), listFiles(desk), searchFiles(desk), patchFile(desk)];
}

interface Desk {
  workspace: Workspace;
  role: string;
  /** Path → version the model knows. */
  seen: Map<string, string>;
}

const path = z.string().describe('Path of the file below the project folder, for example src/app.js');
const paths = z.string().optional().describe('Only these files: a pattern such as src/** or *.md');

function readFile({ workspace, seen }: Desk): AgentTool {
  const schema = z.object({ path, from_line: z.number().int().min(1).optional().describe('First line to show, 1 by default') });
  return {
    name: 'read_file',
    description: 'Shows a file of the project. A long file is shown in parts: go on with from_line.',
    schema: schemaOf(schema),
    local: true,
    repeat: 'freely',
    sideBySide: true,
    async run(args, _signal, _key, maxCharacters) {
      const { path: asked, from_line: from = 1 } = argumentsOf(schema, args);
      const file = await workspace.files.read(asked);
      seen.set(file.path, file.version);
      if (file.content.subarray(0, 8_000).includes(0)) return `${file.path} holds no text (${file.bytes} bytes).`;
      return shownLines(file.path, file.content.toString('utf8'), { from, room: Math.min(maxCharacters, MAX_SHOWN_CHARACTERS) });
    },
  };
}

/** For the words beside the lines, with numbers of any length; the name comes to it. */
const FRAME_CHARACTERS = 110;
/** Even where hardly anything can be shown, going on must come forward. */
const LEAST_CHARACTERS = 80;

/** Whole lines, so that what is shown can be patched, and as many as there is room for: where to go on is never cut. */
function shownLines(name: string, content: string, { from, room }: { from: number; room: number }): string {
  const lines = content.split('\n');
  if (from === 1 && content.length <= room && lines.length <= MAX_SHOWN_LINES) return content === '' ? `${name} is empty.` : content;
  const shown: string[] = [];
  let left = Math.max(LEAST_CHARACTERS, room - FRAME_CHARACTERS - name.length);
  for (const line of lines.slice(from - 1, from - 1 + MAX_SHOWN_LINES)) {
    if (line.length > left && shown.length > 0) break;
    shown.push(line.slice(0, left));
    left -= line.length + 1;
    if (left <= 0) break;
  }
  const last = from - 1 + shown.length;
  const cut = shown.length === 1 && shown[0]!.length < lines[from - 1]!.length ? ` Line ${from} is cut: it has ${lines[from - 1]!.length} characters.` : '';
  const more = last < lines.length ? ` Go on with from_line ${last + 1}.` : '';
  return `[${name}: lines ${from} to ${last} of ${lines.length}.${cut}${more}]\n${shown.join('\n')}`;
}

/** Lines as far as there is room for them and for `more`, which says that there are others. */
function fittingLines(lines: readonly string[], room: number, more: (left: number) => string): string {
  let used = more(lines.length).length;
  const count = lines.findIndex((line, index) => index >= MAX_LISTED || (used += line.length + 1) > room);
  return count < 0 ? lines.join('\n') : [...lines.slice(0, count), more(lines.length - count)].join('\n');
}

function writeFile(desk: Desk): AgentTool {
  const { workspace, seen } = desk;
  const schema = z.object({ path, content: z.string().describe('The whole content the file shall have') });
  return {
    name: 'write_file',
    description: 'Makes a file of the project, or replaces one that you have read. Give the whole content.',
    schema: schemaOf(schema),
    local: true,
    repeat: 'freely',
    risk: async (args) => await riskOf(workspace, () => ({ kind: 'write', ...argumentsOf(schema, args) })),
    async run(args) {
      const { path: asked, content } = argumentsOf(schema, args);
      const file = await workspace.files.write(asked, content, await knownVersion(desk, asked));
      seen.set(file.path, file.version);
      return `Written: ${file.path} (${file.bytes} bytes).`;
    },
  };
}

/** @returns `null` when the model knows of no such file: then there must be none */
async function knownVersion({ workspace, role, seen }: Desk, asked: string): Promise<string | null> {
  const known = seen.get(asked);
  if (known !== undefined) return known;
  const standing = await standingFile(workspace, asked);
  return standing?.author === role ? standing.version : null;
}

async function standingFile(workspace: Workspace, asked: string): Promise<FileFacts | undefined> {
  try {
    return await workspace.files.read(asked);
  } catch (error) {
    // A role may write where it may not read.
    if (['FILE_NOT_FOUND', 'PATH_FORBIDDEN'].includes(errorFacts(error).code)) return undefined;
    throw error;
  }
}

function listFiles({ workspace }: Desk): AgentTool {
  const schema = z.object({ paths });
  return {
    name: 'list_files',
    description: 'Lists the files of the project with their sizes.',
    schema: schemaOf(schema),
    local: true,
    repeat: 'freely',
    sideBySide: true,
    async run(args, _signal, _key, maxCharacters) {
      const { paths: pattern } = argumentsOf(schema, args);
      const files = await workspace.files.list(pattern ? [pattern] : []);
      if (files.length === 0) return pattern ? `No file matches ${pattern}.` : 'The project has no files yet.';
      return fittingLines(files.map((file) => `${file.path} (${file.bytes} bytes)`), maxCharacters, (left) => `… and ${left} more; give a pattern in "paths".`);
    },
  };
}

function searchFiles({ workspace }: Desk): AgentTool {
  const schema = z.object({ text: z.string().describe('What to find'), is_regex: z.boolean().optional().describe('Is text a regular expression?'), ignore_case: z.boolean().optional(), paths });
  return {
    name: 'search_files',
    description: 'Finds lines that hold a text in the files of the project.',
    schema: schemaOf(schema),
    local: true,
    repeat: 'freely',
    sideBySide: true,
    async run(args, signal, _key, maxCharacters) {
      const query = argumentsOf(schema, args);
      const found = await workspace.files.search({ text: query.text, isRegex: query.is_regex, ignoreCase: query.ignore_case, globs: query.paths ? [query.paths] : [], maxMatches: MAX_MATCHES }, signal);
      if (found.matches.length === 0) return `Nothing found in ${found.filesSearched} files${found.stopped === 'time' ? '; the time was over before all were searched' : ''}.`;
      const more = '… there may be more; search for something rarer or give a pattern in "paths".';
      const lines = [...found.matches.map(({ path: file, line, text }: SearchMatch) => `${file}:${line}: ${text}`), ...(found.stopped ? [more] : [])];
      return fittingLines(lines, maxCharacters, () => more);
    },
  };
}

function patchFile({ workspace, seen }: Desk): AgentTool {
  const schema = z.object({ diff: z.string().describe('Unified diff with lines "--- a/path", "+++ b/path" and "@@ … @@"; may change several files') });
  return {
    name: 'patch_file',
    description: 'Changes some lines of files by a unified diff: all of it, or nothing when a line does not fit. Read the files first.',
    schema: schemaOf(schema),
    local: true,
    risk: async (args) => await riskOf(workspace, () => ({ kind: 'patch', ...argumentsOf(schema, args) })),
    async run(args) {
      const { written, deleted } = await workspace.files.patch(argumentsOf(schema, args).diff);
      for (const file of written) seen.set(file.path, file.version);
      for (const gone of deleted) seen.delete(gone);
      return [...written.map((file) => `Changed: ${file.path}`), ...deleted.map((gone) => `Deleted: ${gone}`)].join('\n');
    },
  };
}

/** What cannot be done is no risk: the call itself says why. */
async function riskOf(workspace: Workspace, change: () => FileChange): Promise<string | undefined> {
  try {
    return (await workspace.riskOf(change()))?.what;
  } catch (error) {
    if (errorFacts(error).kind === 'user') return undefined;
    throw error;
  }
}
