import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';

/** How often it may be asked: a file on Linux, a program elsewhere. */
export const MEMORY_EVERY_MS = process.platform === 'linux' ? 20 : 250;

/** @returns resident bytes of the process and its children; 0 when it is gone */
export async function memoryOf(pid: number): Promise<number> {
  return process.platform === 'linux' ? await fromProc(pid) : await fromPs(pid);
}

async function fromProc(pid: number): Promise<number> {
  const pids = [pid, ...(await childrenOf(pid))];
  const bytes = await Promise.all(pids.map(async (each) => await readFile(`/proc/${each}/status`, 'utf8').then(residentBytes, () => 0)));
  return bytes.reduce((sum, each) => sum + each, 0);
}

/** In KiB, unlike statm, which counts pages: 4 KiB, or 16 or 64 on some ARM machines. A process that has ended has no such line. */
function residentBytes(status: string): number {
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1] ?? 0) * 1024;
}

async function childrenOf(pid: number): Promise<number[]> {
  const text = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8').catch(() => '');
  return text.split(' ').filter(Boolean).map(Number);
}

async function fromPs(pid: number): Promise<number> {
  return await new Promise((resolve) => execFile('/bin/ps', ['-o', 'rss=', '-p', String(pid)], { timeout: 2_000 }, (error, stdout) => resolve(error ? 0 : Number(stdout.trim()) * 1024)));
}
