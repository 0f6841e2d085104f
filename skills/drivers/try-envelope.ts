import { createServer, type Server } from 'node:net';
import { existsSync } from 'node:fs';
import { randomUUID } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ProbeAnswer, ProbeTargets } from './probe-protocol';
import { sandboxCommand } from './sandbox-command';
import { runProcess } from './sandbox-process';

const PROBE_LIMITS = { timeMs: 10_000, memoryBytes: 512 * 1024 * 1024, answerBytes: 64 * 1024 };

export interface EnvelopeTrial {
  /** Unset when the process did not even start or answer. */
  answer?: ProbeAnswer;
  /** Why not, as the operating system said it. */
  fault?: string;
}

/** Runs bare Node code in the sandbox's process, without the interpreter, against a file, a port and a process of our own. */
export async function tryEnvelope(tree: string, inNamespaces: boolean, signal: AbortSignal): Promise<EnvelopeTrial> {
  const server = createServer((socket) => socket.destroy());
  try {
    const targets: ProbeTargets = { seal: randomUUID(), readablePath: process.execPath, writablePath: join(tmpdir(), `aios-${randomUUID()}`), port: await portOf(server), pid: process.pid };
    const command = sandboxCommand({ tree, script: 'probe', inNamespaces, memoryBytes: PROBE_LIMITS.memoryBytes, cpuS: 30 });
    const find = (stdout: string) => stdout.split('\n').find((line) => line.startsWith(targets.seal));
    const { stdout, stderr, by } = await runProcess({ command, line: JSON.stringify(targets), limits: PROBE_LIMITS, signal, isAnswer: (text) => find(text) !== undefined });
    const line = find(stdout);
    if (!line) return { fault: by === 'itself' ? lastLine(stderr) : `it was ended (${by})` };
    const answer = JSON.parse(line.slice(targets.seal.length)) as ProbeAnswer;
    return { answer: { ...answer, writes: answer.writes || existsSync(targets.writablePath) } };
  } catch (error) {
    return { fault: error instanceof Error ? error.message : String(error) };
  } finally {
    server.close();
  }
}

function portOf(server: Server): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => resolve((server.address() as { port: number }).port));
  });
}

function lastLine(text: string): string {
  return text.trim().split('\n').at(-1)?.slice(0, 200) || 'it ended without a word';
}
