import { closeSync, openSync, readSync, statSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/** n8n waits a tenth of a second for more changes before it reloads. */
const TAKEN_WITHIN_MS = 5_000;
/** Reading the nodes takes some tenths of a second; what goes wrong is logged then. */
const FAILED_WITHIN_MS = 1_500;

export type ReloadOutcome = 'taken' | 'refused' | 'unnoticed';

/**
 * What n8n (with N8N_DEV_RELOAD) did about changed files, as its log tells; it has no other way to ask.
 *
 * @param fromByte how long the log was before the change
 */
export async function reloadOutcome(logPath: string, fromByte: number): Promise<ReloadOutcome> {
  const taken = await lineWithin(logPath, fromByte, /Hot reload triggered for n8n-nodes-aios/, TAKEN_WITHIN_MS);
  if (taken === undefined) return 'unnoticed';
  const refused = await lineWithin(logPath, fromByte, /Hot reload failed for n8n-nodes-aios/, FAILED_WITHIN_MS);
  return refused === undefined ? 'taken' : 'refused';
}

export function logLength(logPath: string): number {
  return statSync(logPath, { throwIfNoEntry: false })?.size ?? 0;
}

async function lineWithin(logPath: string, fromByte: number, pattern: RegExp, withinMs: number): Promise<string | undefined> {
  for (const giveUpAtMs = Date.now() + withinMs; ; await sleep(100)) {
    const line = textFrom(logPath, fromByte).split('\n').find((candidate) => pattern.test(candidate));
    if (line !== undefined || Date.now() > giveUpAtMs) return line;
  }
}

function textFrom(path: string, fromByte: number): string {
  const bytes = Buffer.alloc(Math.max(0, logLength(path) - fromByte));
  const file = openSync(path, 'r');
  try {
    return bytes.subarray(0, readSync(file, bytes, 0, bytes.length, fromByte)).toString();
  } finally {
    closeSync(file);
  }
}
