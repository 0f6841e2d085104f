import { errorFacts } from '../../kernel';
import { sandboxHolds, type Sandbox } from '../../skills';
import { NotExecutableError, refusing, type CommandJob, type ExecutionJob, type Executor, type ProgramJob } from './executor';

/** CPython's own start takes most of the default; pytest-like output takes more than a script's. */
const LIMITS = { memoryBytes: 1_024 * 2 ** 20, outputBytes: 512 * 1_024 };

/** Programs in the sandbox. Commands it refuses: it has no packages. */
export function sandboxExecutor(sandbox: Sandbox): Executor {
  const executor: Executor = {
    onThisMachine: () => executor,
    tools: async () => ((await sandboxHolds(sandbox)) ? ['python', 'javascript', 'bash'] : []),
    async run(job, signal) {
      if (isCommand(job)) throw needsRunner(job);
      const { end, exitCode, stdout, stderr, durationMs } = await sandbox.run({ language: job.tool, code: job.code, files: job.files, stdin: job.stdin, limits: { ...LIMITS, timeMs: job.timeMs } }, signal);
      return { end, exitCode, stdout, stderr, durationMs };
    },
  };
  return executor;
}

/**
 * The team's executors as one: programs run in the sandbox and, where it does not work, in the runner, which has no bash;
 * commands run in the runner alone.
 */
export function executorOf({ sandbox, runner }: { sandbox?: Executor; runner?: Executor }): Executor {
  return {
    onThisMachine: () => executorOf({ sandbox: sandbox?.onThisMachine(), runner: runner?.onThisMachine() }),
    tools: async () => [...new Set((await Promise.all([sandbox, runner].map(async (one) => (await one?.tools()) ?? []))).flat())],
    async run(job, signal) {
      if (isCommand(job)) return await (runner ?? refusing(needsRunner(job))).run(job, signal);
      if (!sandbox) return await (runner ?? refusing(nothingRuns(job))).run(job, signal);
      try {
        return await sandbox.run(job, signal);
      } catch (error) {
        if (errorFacts(error).code !== 'SANDBOX_UNAVAILABLE' || !runner || job.tool === 'bash') throw error;
        return await runner.run(job, signal);
      }
    },
  };
}

const isCommand = (job: ExecutionJob): job is CommandJob => !('code' in job);

const needsRunner = ({ tool }: CommandJob) =>
  new NotExecutableError(`"${tool}" needs the runner, and this team has none.`, { hint: 'Start the runner and fill in "Runner URL" and "Runner Token" in the credential "AIOS Team API" (docs/self-hosting.md).' });

const nothingRuns = ({ tool }: ProgramJob) => new NotExecutableError(`Nothing here can run ${tool}.`, { hint: 'Run "aios doctor" to see why there is no sandbox, or start the runner (docs/self-hosting.md).' });
