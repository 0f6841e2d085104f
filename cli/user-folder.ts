import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';

export interface UserFolderQuestion {
  /** Value of `--data`. */
  data: string | undefined;
  environment: Readonly<Record<string, string | undefined>>;
  /** Where this package lies; source and bundle are both one folder below it. */
  packageFolder?: string;
}

/**
 * Which n8n a command is about, as n8n's user folder (the one that holds `.n8n`): `--data`, else N8N_USER_FOLDER,
 * else `.data` of the clone where `npm start` made one, else the home folder, as n8n itself does.
 *
 * @returns an absolute path; the folder need not exist
 */
export function userFolder({ data, environment, packageFolder = join(__dirname, '..') }: UserFolderQuestion): string {
  const named = data?.trim() || environment.N8N_USER_FOLDER?.trim();
  if (named) return resolve(named);
  const started = join(packageFolder, '.data');
  return existsSync(started) ? started : homedir();
}
