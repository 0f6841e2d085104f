import { homedir } from 'node:os';
import { isAbsolute, join, relative, resolve } from 'node:path';
import { InvalidInputError } from '../kernel';
import type { TeamConfig } from './config';
import type { TeamHost } from './team';

/**
 * Where a team keeps its database and files: AIOS_DATA_DIR, else `.n8n/aios` in n8n's user folder, with a folder per team.
 * A credential may choose a folder only below one of these two, so that a workflow's author cannot write anywhere else.
 *
 * @throws {InvalidInputError} when the credential's folder lies outside
 */
export function teamDataFolder(config: TeamConfig, host: TeamHost): string {
  const base = dataFolder(host);
  if (config.dataDir === undefined) return join(base, config.teamName);
  const wanted = resolve(base, config.dataDir);
  const allowed = [base, resolve(host.userFolder || homedir(), '.n8n')];
  if (!allowed.some((folder) => isBelow(folder, wanted))) {
    throw new InvalidInputError(`The data folder "${config.dataDir}" lies outside the folders a team may use.`, {
      hint: `Choose a folder below ${allowed.join(' or ')}, or let whoever runs n8n set AIOS_DATA_DIR.`,
    });
  }
  return join(wanted, config.teamName);
}

/** Where the files of a team's runs are, each run in a folder named by its id. @param folder of the team */
export function runFilesFolder(folder: string): string {
  return join(folder, 'runs');
}

/** Where the team's projects are, each in a folder named after it. @param folder of the team */
export function workspacesFolder(folder: string): string {
  return join(folder, 'workspaces');
}

/** The team's SQLite file. @param folder of the team */
export function teamDatabaseFile(folder: string): string {
  return join(folder, 'team.sqlite');
}

function dataFolder(host: TeamHost): string {
  const configured = host.environment.AIOS_DATA_DIR?.trim();
  return configured ? resolve(configured) : resolve(host.userFolder || homedir(), '.n8n', 'aios');
}

function isBelow(folder: string, candidate: string): boolean {
  const path = relative(folder, candidate);
  return path === '' || (!path.startsWith('..') && !isAbsolute(path));
}
