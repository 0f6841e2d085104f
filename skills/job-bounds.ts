import { InvalidInputError } from '../kernel';
import { refusalOf } from '../workspace';
import type { SandboxJob, SandboxLimits } from './sandbox';

const MIB = 1024 * 1024;
const MAX_FILES = 1_000;
const MAX_INPUT_BYTES = 16 * MIB;

interface Bound {
  least: number;
  most: number;
  usual: number;
}

const BOUNDS: Record<keyof SandboxLimits, Bound> = {
  timeMs: { least: 100, most: 300_000, usual: 10_000 },
  memoryBytes: { least: 128 * MIB, most: 4096 * MIB, usual: 512 * MIB },
  outputBytes: { least: 1024, most: 4 * MIB, usual: 64 * 1024 },
  writtenFiles: { least: 0, most: 1_000, usual: 100 },
  writtenBytes: { least: 0, most: 16 * MIB, usual: MIB },
};

/** @returns the job's limits, the unset ones at their defaults. @throws {InvalidInputError} for a limit, file or path beyond what a sandbox takes */
export function boundsOfJob({ code, files, stdin = '', limits = {} }: SandboxJob): SandboxLimits {
  const paths = Object.keys(files);
  if (paths.length > MAX_FILES) throw new InvalidInputError(`The job has ${paths.length} files; a sandbox takes ${MAX_FILES}.`, { hint: 'Give it only the files the code reads.' });
  for (const path of paths) {
    const why = refusalOf(path);
    if (why) throw new InvalidInputError(`The job's file ${JSON.stringify(path.slice(0, 120))} is refused: ${why}.`, { hint: 'Use relative paths such as "src/app.js".' });
  }
  const bytes = [code, stdin, ...Object.values(files)].reduce((sum, text) => sum + Buffer.byteLength(text), 0);
  if (bytes > MAX_INPUT_BYTES) throw new InvalidInputError(`Code, input and files of the job have ${bytes} bytes; a sandbox takes ${MAX_INPUT_BYTES}.`, { hint: 'Give it only the files the code reads.' });
  return Object.fromEntries(Object.entries(BOUNDS).map(([name, bound]) => [name, within(name, limits[name as keyof SandboxLimits], bound)])) as unknown as SandboxLimits;
}

function within(name: string, value: number | undefined, { least, most, usual }: Bound): number {
  if (value === undefined) return usual;
  if (Number.isInteger(value) && value >= least && value <= most) return value;
  throw new InvalidInputError(`The sandbox's limit ${name} is ${value}; it must be a whole number from ${least} to ${most}.`, { hint: `Leave it out for ${usual}.` });
}
