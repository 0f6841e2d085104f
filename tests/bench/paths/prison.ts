import { createHash } from 'node:crypto';
import { lstatSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, readlinkSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, sep } from 'node:path';
import { systemClock } from '../../../kernel';
import { type Workspaces, openLocalFileStores, openWorkspaces } from '../../../workspace';

/** What must never be read from outside. */
export const CANARY = 'canary-7f3a outside of every workspace';
/** Files a path with any number of `..` may be after; each holds the canary. */
const BAIT = ['secrets.txt', 'etc/passwd', 'etc/shadow', 'boot.ini', 'windows/win.ini', 'WINDOWS/win.ini', 'winnt/win.ini', '.git/config', '.git/hooks/pre-commit'];
const DEPTH = ['a', 'b', 'c', 'd', 'e', 'f'];

/** A workspace with bait in every folder above it. */
export interface Prison {
  workspaces: Workspaces;
  /** Absolute folder of the workspaces. */
  folder: string;
  /** What is different outside of the files and histories of projects; empty as long as nothing has escaped. */
  damage(): string[];
  /** Does this path of a project lie where it should? */
  isInside(project: string, path: string): boolean;
  remove(): void;
}

export function buildPrison(): Prison {
  const outside = realpathSync(mkdtempSync(join(tmpdir(), 'aios-prison-')));
  const parent = join(outside, ...DEPTH);
  const folder = join(parent, 'workspaces');
  mkdirSync(folder, { recursive: true });
  for (let depth = 0; depth <= DEPTH.length; depth++) {
    for (const bait of BAIT) {
      const file = join(outside, ...DEPTH.slice(0, depth), bait);
      mkdirSync(join(file, '..'), { recursive: true });
      writeFileSync(file, CANARY);
    }
  }
  const before = photograph(outside, folder);
  return {
    workspaces: openWorkspaces({ stores: openLocalFileStores(folder, systemClock), clock: systemClock, limits: { files: 20_000, fileBytes: 1_000_000, totalBytes: 100_000_000 } }),
    folder,
    damage: () => {
      const now = photograph(outside, folder);
      return [...new Set([...before.keys(), ...now.keys()])].filter((path) => before.get(path) !== now.get(path)).concat(foreignersIn(folder));
    },
    isInside(project, path) {
      const file = join(folder, project, ...path.split('/'));
      return realpathSync(file).startsWith(join(folder, project) + sep);
    },
    remove: () => rmSync(outside, { recursive: true, force: true }),
  };
}

/** Path → what is there, of all but the workspaces. */
function photograph(root: string, except: string): Map<string, string> {
  const seen = new Map<string, string>();
  const walk = (folder: string): void => {
    for (const name of readdirSync(folder)) {
      const path = join(folder, name);
      if (path === except) continue;
      const stats = lstatSync(path);
      if (stats.isDirectory()) walk(path);
      else seen.set(path, stats.isSymbolicLink() ? `link ${readlinkSync(path)}` : createHash('sha256').update(readFileSync(path)).digest('hex'));
    }
  };
  walk(root);
  return seen;
}

const OWN_FOLDERS = ['.versions', '.facts', '.writing', '.locks'];

/** Folders in the place of the workspaces that are no project's, and git's own files where none may be. */
function foreignersIn(folder: string): string[] {
  const found = readdirSync(folder).filter((name) => !OWN_FOLDERS.includes(name) && !/^[a-z0-9][a-z0-9_~-]*$/.test(name));
  const walk = (at: string): void => {
    for (const entry of readdirSync(at, { withFileTypes: true })) {
      if (/^(\.git|git~\d+)$/i.test(entry.name)) found.push(join(at, entry.name));
      else if (entry.isDirectory()) walk(join(at, entry.name));
    }
  };
  for (const name of readdirSync(folder).filter((project) => !OWN_FOLDERS.includes(project))) walk(join(folder, name));
  return found;
}
