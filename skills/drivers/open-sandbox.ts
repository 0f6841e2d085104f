import { randomUUID } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { CancelledError, errorFacts, throwIfCancelled } from '../../kernel';
import { SandboxStoppedError, SandboxUnavailableError } from '../errors';
import { boundsOfJob } from '../job-bounds';
import type { Sandbox, SandboxEnd, SandboxJob, SandboxLayer, SandboxLimits, SandboxOutcome } from '../sandbox';
import { findTree, findUnshare, sandboxCommand } from './sandbox-command';
import { hasAnswer, readAnswer } from './sandbox-answer';
import { INTERPRETER_TRIAL, interpreterLayer, namespaceLayer, processLayer } from './sandbox-layers';
import { runProcess, type ProcessEnd } from './sandbox-process';
import type { ProgramJob } from './sandbox-protocol';
import { tryEnvelope } from './try-envelope';
import { createTurns } from './turns';

export interface SandboxOptions {
  /** Jobs at the same time, 1 or more. Default: half the processors. */
  maxRunning?: number;
  /** Default 100. */
  maxWaiting?: number;
  /** Default 60 000. */
  maxWaitMs?: number;
  /** Told the process of each job; killing its group ends the job. */
  onStart?(pid: number): void;
}

interface Envelope {
  tree: string;
  inNamespaces: boolean;
  layers: [SandboxLayer, SandboxLayer];
}

/** What the program itself needs beyond the job's limit before it can answer that the time is over. */
const GRACE_MS = 1_000;
/** JSON writes a control character in six. */
const LONGEST_ESCAPE = 6;

/** The sandbox as a process for each job. Nothing is started or tried before the first call. */
export function openSandbox(options: SandboxOptions = {}): Sandbox {
  const { maxRunning = Math.max(1, availableParallelism() >> 1), maxWaiting = 100, maxWaitMs = 60_000 } = options;
  const turns = createTurns({ maxRunning, maxWaiting, maxWaitMs });
  let envelope: Promise<Envelope> | undefined;
  let interpreter: Promise<SandboxLayer> | undefined;

  // A trial belongs to no caller, so none can cancel it; one that failed is made again.
  const tried = () => (envelope ??= tryLayers().catch((error) => ((envelope = undefined), Promise.reject(error))));

  const run: Sandbox['run'] = async (job, signal) => {
    throwIfCancelled(signal);
    const limits = boundsOfJob(job);
    const { tree, inNamespaces, layers } = await tried();
    if (!layers[0].holds) throw new SandboxUnavailableError(layers[0].detail);
    const giveBack = await turns.take(signal);
    try {
      return await runBounded({ job, limits, tree, inNamespaces, ...(options.onStart && { onStart: options.onStart }) }, signal);
    } finally {
      giveBack();
    }
  };

  return {
    run,
    layers: async () => {
      const outer = await tried().then(({ layers }) => layers, (error): SandboxLayer[] => [{ name: 'process', holds: false, detail: errorFacts(error).message }]);
      if (!outer[0]!.holds) return [interpreterLayer(undefined, 'its process does not hold.'), ...outer];
      interpreter ??= run({ language: 'bash', code: INTERPRETER_TRIAL.replace('$1', process.execPath).replaceAll('$2', '9'), files: {} }, AbortSignal.timeout(30_000)).then(interpreterLayer, (error) => {
        interpreter = undefined;
        return interpreterLayer(undefined, errorFacts(error).message);
      });
      return [await interpreter, ...outer];
    },
  };
}

async function tryLayers(): Promise<Envelope> {
  if (process.platform === 'win32') throw new SandboxUnavailableError('it runs on Linux and macOS only, not on Windows.');
  const tree = findTree();
  const signal = AbortSignal.timeout(30_000);
  const spaces = findUnshare() === undefined ? { fault: process.platform === 'linux' ? 'the program "unshare" is missing' : 'only Linux has them' } : await tryEnvelope(tree, true, signal);
  const namespace = namespaceLayer(spaces);
  // Where the namespaces hold, jobs run in them, and that is the process to be judged.
  const process_ = processLayer(namespace.holds ? spaces : await tryEnvelope(tree, false, signal));
  return { tree, inNamespaces: namespace.holds, layers: [process_, namespace] };
}

interface BoundedJob {
  job: SandboxJob;
  limits: SandboxLimits;
  tree: string;
  inNamespaces: boolean;
  onStart?(pid: number): void;
}

async function runBounded({ job, limits, tree, inNamespaces, onStart }: BoundedJob, signal: AbortSignal): Promise<SandboxOutcome> {
  const { timeMs, memoryBytes, outputBytes, writtenBytes } = limits;
  const seal = randomUUID();
  const line: ProgramJob = { seal, language: job.language, code: job.code, files: job.files, stdin: job.stdin ?? '', limits };
  const ended = await runProcess({
    command: sandboxCommand({ tree, script: 'main', inNamespaces, memoryBytes, cpuS: Math.ceil((4 * timeMs) / 1000) + 5 }),
    line: JSON.stringify(line),
    limits: { timeMs: timeMs + Math.min(GRACE_MS, timeMs / 2), memoryBytes, answerBytes: LONGEST_ESCAPE * (outputBytes + 3 * writtenBytes) + 65_536 },
    signal,
    isAnswer: (stdout) => hasAnswer(stdout, seal),
    ...(onStart && { onStart }),
  }).catch((error) => {
    throw new SandboxUnavailableError(`its process could not be started (${errorFacts(error).message}).`, error);
  });
  return outcomeOf(ended, seal, limits);
}

function outcomeOf(ended: ProcessEnd, seal: string, limits: SandboxLimits): SandboxOutcome {
  const { by, stdout, stderr, code, endSignal, durationMs } = ended;
  if (by === 'cancel') throw new CancelledError();
  const broken = (end: SandboxEnd): SandboxOutcome => ({ end, exitCode: null, stdout: '', stderr: '', durationMs, written: {} });
  if (by !== 'itself') return broken(by);
  const answer = readAnswer(stdout, seal, limits);
  if (answer) return { ...answer, durationMs };
  // V8 ends the process by itself when its heap is full.
  if (/out of memory/i.test(stderr)) return broken('memory');
  throw new SandboxStoppedError(endSignal ?? `code ${code}`);
}
