import { existsSync, statSync } from 'node:fs';
import { errorFacts } from '../../kernel';
import { openSqlite, type Database } from '../../storage';
import type { DoctorCheck } from '../report';
import { bytesInWords } from '../words';

/** SQLite reads the whole file for its check; larger ones would hold up n8n. */
const LARGEST_CHECKED_BYTES = 64 * 1024 * 1024;

/** Does the team's database open, and is it whole? A file that is not there yet is not made. */
export function checkStore(file: string): DoctorCheck {
  const base = { service: 'store', title: 'Team database', address: file } as const;
  if (!existsSync(file)) return { ...base, status: 'ok', detail: 'not there yet; made at the first use.' };
  try {
    const { version, fault } = inspect(file);
    const size = bytesInWords(sizeOf(file));
    if (fault === undefined) return { ...base, status: 'ok', version, detail: `${size}, opens.` };
    return { ...base, status: 'failed', version, detail: `${size}, damaged: ${fault}.`, todo: `Stop n8n, keep a copy of ${file}, and restore it from a backup or remove it: runs in it are lost then.` };
  } catch (error) {
    const { message, hint } = errorFacts(error);
    return { ...base, status: 'failed', detail: message, todo: hint };
  }
}

function inspect(file: string): { version: string; fault?: string } {
  const database = openSqlite(file);
  try {
    const version = String(database.prepare('SELECT sqlite_version() AS version').get()!.version);
    const fault = sizeOf(file) > LARGEST_CHECKED_BYTES ? 'ok' : firstFault(database);
    return { version, ...(fault !== 'ok' && { fault }) };
  } finally {
    database.close();
  }
}

function firstFault(database: Database): string {
  return String(Object.values(database.prepare('PRAGMA quick_check(1)').get()!)[0]);
}

/** With what has been written and not yet moved into the file itself. */
function sizeOf(file: string): number {
  return [file, `${file}-wal`].reduce((bytes, part) => bytes + (existsSync(part) ? statSync(part).size : 0), 0);
}
