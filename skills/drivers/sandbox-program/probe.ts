/** Tries, without the interpreter, what the process around it must not let happen; told by JSON on stdin, answered by JSON on stdout. */
import { spawnSync } from 'node:child_process';
import { openSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import type { ProbeAnswer, ProbeTargets } from '../probe-protocol';

process.stdin.once('data', (line: Buffer) => void answer(JSON.parse(line.toString('utf8')) as ProbeTargets));
process.stdin.on('end', () => process.exit(0));

async function answer({ seal, readablePath, writablePath, port, pid }: ProbeTargets): Promise<void> {
  const found: ProbeAnswer = {
    reads: works(() => openSync(readablePath, 'r')),
    writes: works(() => writeFileSync(writablePath, '')),
    starts: works(() => spawnSync(process.execPath, ['--version']).error === undefined),
    connects: await reaches(port),
    seesProcess: works(() => process.kill(pid, 0)),
    environment: Object.keys(process.env),
  };
  process.stdout.write(`\n${seal}${JSON.stringify(found)}\n`, () => process.exit(0));
}

function works(attempt: () => unknown): boolean {
  try {
    return attempt() !== false;
  } catch {
    return false;
  }
}

function reaches(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    try {
      const socket = connect({ host: '127.0.0.1', port, timeout: 1_000 });
      socket.once('connect', () => resolve(true)).once('error', () => resolve(false)).once('timeout', () => resolve(false));
    } catch {
      resolve(false);
    }
  });
}
