import { refusalOf } from '../../workspace';
import type { SandboxEnd, SandboxLimits } from '../sandbox';
import type { ProgramAnswer } from './sandbox-protocol';

const ENDS: readonly SandboxEnd[] = ['exit', 'time', 'memory', 'output', 'files', 'stopped'];

/**
 * Reads what the sandbox's process says. A job that broke out of the interpreter could say anything, so nothing is believed:
 * texts are cut, files counted, and names that no file of a run may have are left out and named in stderr.
 *
 * @returns `undefined` when there is no whole answer
 */
export function readAnswer(stdout: string, seal: string, limits: SandboxLimits): ProgramAnswer | undefined {
  const line = answerLine(stdout, seal);
  const found = line === undefined ? undefined : parsed(line.slice(seal.length));
  if (!found || !ENDS.includes(found.end)) return undefined;
  const written = Object.entries(found.written ?? {}).filter((entry): entry is [string, string] => typeof entry[1] === 'string');
  const kept = written.filter(([path]) => refusalOf(path) === undefined);
  const isTooMuch = kept.length > limits.writtenFiles || kept.reduce((bytes, [, text]) => bytes + Buffer.byteLength(text), 0) > 3 * limits.writtenBytes;
  const refused = written.filter((entry) => !kept.includes(entry)).slice(0, 10).map(([path]) => `sandbox: ${JSON.stringify(path.slice(0, 120))} was not kept: ${refusalOf(path)}\n`);
  return {
    end: isTooMuch ? 'files' : found.end,
    exitCode: found.end === 'exit' && !isTooMuch && Number.isInteger(found.exitCode) ? found.exitCode! : null,
    stdout: String(found.stdout ?? '').slice(0, limits.outputBytes),
    stderr: String(found.stderr ?? '').slice(0, limits.outputBytes) + refused.join(''),
    written: isTooMuch ? {} : Object.fromEntries(kept),
  };
}

export function hasAnswer(stdout: string, seal: string): boolean {
  return answerLine(stdout, seal) !== undefined;
}

/** The line must have ended. */
function answerLine(stdout: string, seal: string): string | undefined {
  return stdout.split('\n').slice(0, -1).find((line) => line.startsWith(seal));
}

function parsed(text: string): Partial<ProgramAnswer> & Pick<ProgramAnswer, 'end'> | undefined {
  try {
    return JSON.parse(text) as ProgramAnswer;
  } catch {
    return undefined;
  }
}
