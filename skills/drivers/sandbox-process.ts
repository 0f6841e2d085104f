import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import type { SandboxCommand } from './sandbox-command';
import { MEMORY_EVERY_MS, memoryOf } from './process-memory';

export interface ProcessLimits {
  timeMs: number;
  memoryBytes: number;
  /** Of all it writes to stdout. */
  answerBytes: number;
}

export interface ProcessEnd {
  /** What ended it; `itself` also when a signal from elsewhere did. */
  by: 'itself' | 'time' | 'memory' | 'output' | 'cancel';
  stdout: string;
  /** The last 4 KiB. */
  stderr: string;
  code: number | null;
  endSignal: NodeJS.Signals | null;
  durationMs: number;
}

export interface ProcessRequest {
  command: SandboxCommand;
  /** One line; stdin stays open after it, so that the process notices our own death. */
  line: string;
  limits: ProcessLimits;
  signal: AbortSignal;
  /** True for the stdout that holds the whole answer: the process is not waited for any longer. */
  isAnswer(stdout: string): boolean;
  onStart?(pid: number): void;
}

const KEPT_STDERR_CHARACTERS = 4096;
/** For what has answered, until it is ended. */
const LAST_MS = 300;
/** For a killed process to give its memory back, until what is left of its group is killed, too; a busy machine takes its time. */
const GIVE_BACK_MS = 5_000;

/** Runs a process without environment, in a group of its own that is killed as a whole. Resolves when the process is gone. @throws when it cannot be started */
export function runProcess({ command: { file, args, cwd }, line, limits, signal, isAnswer, onStart }: ProcessRequest): Promise<ProcessEnd> {
  return new Promise((resolve, reject) => {
    const startedMs = performance.now();
    const child = spawn(file, args, { env: {}, cwd, stdio: ['pipe', 'pipe', 'pipe'], detached: true });
    const parts: Buffer[] = [];
    let [bytes, stderr, by] = [0, '', 'itself' as ProcessEnd['by']];
    let last: NodeJS.Timeout | undefined;

    const end = (why: ProcessEnd['by']): void => {
      if (by !== 'itself') return;
      by = why;
      killAll(child.pid);
      last ??= setTimeout(() => killGroup(child.pid), GIVE_BACK_MS);
    };
    const cancel = () => end('cancel');
    const deadline = setTimeout(() => end('time'), limits.timeMs);
    const watch = setInterval(() => void memoryOf(child.pid!).then((used) => used > limits.memoryBytes && end('memory')), MEMORY_EVERY_MS);
    signal.addEventListener('abort', cancel, { once: true });
    const stop = (): void => {
      for (const timer of [deadline, last, watch]) clearTimeout(timer);
      signal.removeEventListener('abort', cancel);
    };

    child.stdout.on('data', (chunk: Buffer) => {
      parts.push(chunk);
      bytes += chunk.length;
      if (bytes > limits.answerBytes) end('output');
      else if (chunk.at(-1) === 10 && isAnswer(Buffer.concat(parts).toString('utf8'))) last = setTimeout(() => killAll(child.pid), LAST_MS);
    });
    child.stderr.on('data', (chunk: Buffer) => (stderr = (stderr + chunk.toString('utf8')).slice(-KEPT_STDERR_CHARACTERS)));
    // It may end before it has read its job; the end tells more than the broken pipe.
    child.stdin.on('error', () => {});
    child.once('error', (error) => {
      stop();
      reject(error);
    });
    // Killed by somebody else, it may leave the process behind it, which holds our pipes.
    child.once('exit', () => killGroup(child.pid));
    child.once('close', (code, endSignal) => {
      stop();
      resolve({ by, stdout: Buffer.concat(parts).toString('utf8'), stderr, code, endSignal, durationMs: Math.round(performance.now() - startedMs) });
    });
    if (child.pid === undefined) return;
    onStart?.(child.pid);
    child.stdin.write(`${line}\n`);
    if (signal.aborted) cancel();
  });
}

/**
 * `unshare` stands between us and the process in the namespaces and must outlive it: only a parent can take a dead process off the system's list,
 * and in a container nobody else does. It ends by itself then.
 */
function killAll(pid: number | undefined): void {
  const inner = childrenOf(pid);
  if (inner.length === 0) return killGroup(pid);
  for (const child of inner) {
    try {
      process.kill(child, 'SIGKILL');
    } catch {
      // Gone already.
    }
  }
}

function childrenOf(pid: number | undefined): number[] {
  try {
    return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean).map(Number);
  } catch {
    return [];
  }
}

function killGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // Gone already.
  }
}
