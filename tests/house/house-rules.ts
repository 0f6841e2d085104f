import { posix } from 'node:path';
import type { SourceFacts } from './source-facts';

/** Each top-level folder may import only those before it in this list. */
export const FOLDERS = ['kernel', 'storage', 'privacy', 'workspace', 'memory', 'messaging', 'router', 'skills', 'runs', 'agents', 'improvement', 'insights', 'team', 'cli', 'nodes', 'credentials'];

/** Folders n8n loads at its start. */
const LIGHT_FOLDERS = ['nodes', 'credentials'];

/** The one file that may load the team bundle. */
const TEAM_OPENER = 'nodes/shared/open-team.ts';
const TEAM_BUNDLE = '../../team.js';

const N8N_PACKAGE = /^(n8n-|@n8n\/|@langchain\/)/;
const OUTSIDE_MODULES = /^(node:)?(fs|net|tls|http|https|http2|dgram|dns|child_process|cluster|worker_threads|sqlite)(\/|$)/;

/** Parse addresses and touch nothing. */
const PURE_NAMES = ['isIP', 'isIPv4', 'isIPv6', 'BlockList'];

export const folderOf = (file: string): string => file.split('/')[0]!;
const isLight = (file: string): boolean => LIGHT_FOLDERS.includes(folderOf(file));

/** Network, disk, processes and the wall clock are reached from here alone. */
const mayTouchOutside = (file: string): boolean => file.includes('/drivers/') || ['storage', 'cli'].includes(folderOf(file));

/** Without its ending, so that `../kernel` and `kernel/index.ts` are the same place. */
function targetOf(file: string, specifier: string): string {
  return posix.join(posix.dirname(file), specifier).replace(/\.(ts|js|json)$/, '');
}

/** @returns one line for each import that goes upwards, sideways or past an index.ts */
export function orderFindings(facts: SourceFacts): string[] {
  return facts.imports.flatMap(({ specifier, line }) => {
    if (!specifier.startsWith('.') || isTeamOpening(facts.file, specifier)) return [];
    const target = targetOf(facts.file, specifier);
    const [from, to] = [folderOf(facts.file), folderOf(target)];
    if (from === to) return [];
    if (FOLDERS.indexOf(to) < 0 || FOLDERS.indexOf(to) >= FOLDERS.indexOf(from)) return [`${facts.file}:${line} ${from}/ may not import ${to}/`];
    return target === to || target === `${to}/index` ? [] : [`${facts.file}:${line} imports ${specifier}; only ${to}/index.ts is its public face`];
  });
}

const isTeamOpening = (file: string, specifier: string): boolean => file === TEAM_OPENER && specifier === TEAM_BUNDLE;

export function n8nFindings({ file, imports }: SourceFacts): string[] {
  if (isLight(file)) return [];
  return imports.filter(({ specifier }) => N8N_PACKAGE.test(specifier)).map(({ specifier, line }) => `${file}:${line} imports ${specifier}; only nodes/ and credentials/ know n8n`);
}

export function lightFindings({ file, imports }: SourceFacts): string[] {
  if (!isLight(file)) return [];
  return imports
    .filter(({ specifier, typeOnly }) => !typeOnly && specifier.startsWith('.') && !isLight(targetOf(file, specifier)) && !isTeamOpening(file, specifier))
    .map(({ specifier, line }) => `${file}:${line} imports ${specifier} at run time; write "import type"`);
}

export function outsideFindings({ file, imports, globals }: SourceFacts): string[] {
  if (mayTouchOutside(file)) return [];
  const modules = imports.filter(({ specifier, typeOnly }) => !typeOnly && OUTSIDE_MODULES.test(specifier)).filter(({ names }) => !names?.every((name) => PURE_NAMES.includes(name)));
  return [...modules.map(({ specifier, line }) => ({ name: specifier, line })), ...globals].map(({ name, line }) => `${file}:${line} uses ${name}; that belongs into a drivers/ folder`);
}

export function thrownErrorFindings({ file, plainErrorLines }: SourceFacts): string[] {
  return plainErrorLines.map((line) => `${file}:${line} throws a plain Error; callers need an AiosError with code and hint`);
}

/** @returns each cycle of run-time imports once, as `a → b → a` */
export function cycleFindings(all: readonly SourceFacts[]): string[] {
  const files = new Map(all.map((facts) => [facts.file.replace(/\.ts$/, ''), facts]));
  const resolve = (target: string) => (files.has(target) ? target : `${target}/index`);
  const done = new Set<string>();
  const cycles = new Set<string>();
  const visit = (file: string, path: string[]): void => {
    if (path.includes(file)) return void cycles.add([...path.slice(path.indexOf(file)), file].join(' → '));
    const facts = files.get(file);
    if (!facts || done.has(file)) return;
    for (const { specifier, typeOnly } of facts.imports)
      if (!typeOnly && specifier.startsWith('.')) visit(resolve(targetOf(facts.file, specifier)), [...path, file]);
    done.add(file);
  };
  for (const file of files.keys()) visit(file, []);
  return [...cycles];
}
