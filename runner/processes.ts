import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { asUser } from './as-user.ts';

/** What the processes of one job have in common. */
export interface JobProcesses {
  /** Process group of the first one. */
  group: number | undefined;
  /** Who runs them, when nobody else does. */
  user: number | undefined;
  /** In their environment. */
  mark: string;
}

/** At most a second; one that starts the next and ends has another number each time. */
const MOST_LOOKS = 50;
/** Looks in a row that find nothing; each takes a millisecond or two, and one may come at the wrong moment. */
const CLEAN_LOOKS = 10;
/** A job may stop whoever is its user; only the kernel's kill passes that. */
const KILLER_MS = 1_000;

/** Kills the group, and whoever left it: until looks at all processes find none. */
export async function endProcesses(job: JobProcesses): Promise<void> {
  if (job.group !== undefined) kill(-job.group);
  for (let look = 0, clean = 0; look < MOST_LOOKS && clean < CLEAN_LOOKS; look++) {
    if (look === 0 || clean === 0) await killAllOf(job.user);
    const left = processesOf(job);
    clean = left.length === 0 ? clean + 1 : 0;
    for (const { pid, group } of left) {
      // All of a group at once: none of them can start another meanwhile. Numbers below 2 mean our own group, or all there is.
      if (group > 1) kill(-group);
      kill(pid);
    }
    // Killed processes are there until they are reaped.
    if (left.length > 0) await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It is gone already.
  }
}

/** As that user, the kernel kills all he has at once, so that none is left to start another; where no process can be started, the looks find them. */
async function killAllOf(user: number | undefined): Promise<void> {
  if (user === undefined) return;
  const [program, ...given] = asUser(user, ['/bin/sh', '-c', 'kill -9 -1']);
  const killer = spawn(program, given, { env: {}, cwd: '/', stdio: 'ignore', timeout: KILLER_MS, killSignal: 'SIGKILL' });
  await new Promise<void>((resolve) => killer.once('exit', () => resolve()).once('error', () => resolve()));
}

interface Found {
  pid: number;
  group: number;
}

/** Without a pause between list and look, the youngest first: one that starts the next and ends is gone in a millisecond. Where there is no /proc, the group is all that can be ended. */
function processesOf({ user, mark }: JobProcesses): Found[] {
  const own = groupOf('self').group;
  const pids = listed('/proc').map(Number).filter((pid) => pid > 1 && pid !== process.pid);
  return pids.sort((one, other) => other - one).flatMap((pid) => {
    if (!isOf(pid, user, mark)) return [];
    const { state, group } = groupOf(pid);
    // A dead one waits for its parent only, and our own group is no job's.
    return state === 'Z' || state === '' || group === own ? [] : [{ pid, group }];
  });
}

function isOf(pid: number, user: number | undefined, mark: string): boolean {
  if (user !== undefined && new RegExp(`^Uid:\\s+${user}\\b`, 'm').test(read(`/proc/${pid}/status`))) return true;
  return read(`/proc/${pid}/environ`).includes(`AIOS_JOB=${mark}`);
}

/** From "number (name) state parent group …". */
function groupOf(pid: number | 'self'): { state: string; group: number } {
  const [state = '', , group] = read(`/proc/${pid}/stat`).replace(/^.*\) /s, '').split(' ');
  return { state, group: Number(group) };
}

function listed(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/** Empty for what is gone. */
function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
