import { readdir, readFile } from 'node:fs/promises';

/** What the processes of one job have in common. */
export interface JobProcesses {
  /** Process group of the first one. */
  group: number | undefined;
  /** Who runs them, when nobody else does. */
  user: number | undefined;
  /** In their environment. */
  mark: string;
}

const ROUNDS = 5;

/** Kills the group, and whoever left it: until a look at all processes finds none. */
export async function endProcesses(job: JobProcesses): Promise<void> {
  if (job.group !== undefined) kill(-job.group);
  for (let round = 0; round < ROUNDS; round++) {
    const left = await processesOf(job);
    if (left.length === 0) return;
    for (const pid of left) kill(pid);
    // Killed processes are there until they are reaped.
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It is gone already.
  }
}

/** Where there is no /proc, the group is all that can be ended. */
async function processesOf({ user, mark }: JobProcesses): Promise<number[]> {
  const names = await readdir('/proc').catch(() => []);
  const pids = names.map(Number).filter((pid) => pid > 1 && pid !== process.pid);
  const belongs = await Promise.all(pids.map(async (pid) => (await isOf(pid, user, mark)) && !(await isZombie(pid))));
  return pids.filter((_, index) => belongs[index]);
}

async function isOf(pid: number, user: number | undefined, mark: string): Promise<boolean> {
  const status = user === undefined ? '' : await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  if (user !== undefined && new RegExp(`^Uid:\\s+${user}\\b`, 'm').test(status)) return true;
  return (await readFile(`/proc/${pid}/environ`, 'utf8').catch(() => '')).includes(`AIOS_JOB=${mark}`);
}

async function isZombie(pid: number): Promise<boolean> {
  return / Z /.test((await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')).replace(/\(.*\)/, ''));
}
