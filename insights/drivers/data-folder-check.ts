import { constants } from 'node:fs';
import { access, rm, stat, statfs, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { makeId } from '../../kernel';
import type { DoctorCheck } from '../report';
import { bytesInWords } from '../words';

/** Less than this, and a run with many files may fail half-way. */
const LITTLE_SPACE_BYTES = 500 * 1024 * 1024;

/**
 * Can the team write to its folder? A folder that is not there yet is not made: the Doctor may run as another user than n8n,
 * and a folder that belongs to that user would lock n8n out.
 */
export async function checkDataFolder(folder: string): Promise<DoctorCheck> {
  const base = { service: 'dataFolder', title: 'Data folder', address: folder } as const;
  try {
    const existing = await nearestExisting(folder);
    if (existing === folder) await proveWritable(folder);
    else await access(existing, constants.W_OK);
    const { bavail, bsize } = await statfs(existing);
    const free = `${bytesInWords(bavail * bsize)} free`;
    if (bavail * bsize < LITTLE_SPACE_BYTES) return { ...base, status: 'warning', detail: `only ${free}.`, todo: `Free some space on the disk of ${folder}.` };
    return { ...base, status: 'ok', detail: existing === folder ? `writable, ${free}.` : `not there yet; made at the first use. ${free}.` };
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'unknown';
    return { ...base, status: 'failed', detail: `cannot be written (${code}).`, todo: `Let the user that runs n8n write to ${folder}, or set AIOS_DATA_DIR to another folder.` };
  }
}

async function proveWritable(folder: string): Promise<void> {
  const marker = join(folder, `.write-test-${makeId()}`);
  await writeFile(marker, '');
  await rm(marker);
}

/** @throws ENOTDIR when a file stands in the way */
async function nearestExisting(folder: string): Promise<string> {
  const facts = await stat(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (facts && !facts.isDirectory()) throw Object.assign(new TypeError('a file stands in the way'), { code: 'ENOTDIR' });
  const above = dirname(folder);
  return facts || above === folder ? folder : nearestExisting(above);
}
