import { startFarm, memoryMb, type ScaleFarm } from './farm';

export interface PartOptions {
  goals: number;
  /** Of each model call, to its first token. */
  latencyMs: number;
  say(text: string): void;
}

export interface Measured {
  lines: string[];
  isWithin: boolean;
}

const LIMIT_SPEEDUP = 1.8;
const LIMIT_GROWTH = 1.25;
/** A goal of two tasks makes six model calls and two or three more; beyond this something hangs. */
const MS_PER_GOAL = 15_000;
const LEAST_MS = 180_000;

/** Goals at once on two workers, one of which is killed when a fifth is done. */
export async function killedWorker({ goals, latencyMs, say }: PartOptions): Promise<Measured> {
  return await withFarm(2, latencyMs, async (farm) => {
    const startedAtMs = Date.now();
    let killedAtMs = 0;
    await farm.give(goals, 'webhook');
    const done = await farm.untilDone(goals, LEAST_MS + goals * MS_PER_GOAL, (count) => {
      if (killedAtMs > 0 || count < goals / 5) return;
      killedAtMs = Date.now();
      process.kill(farm.n8n.workers[0]!.processId, 'SIGKILL');
      say(`A worker was killed when ${count} of ${goals} goals were done.`);
    });
    return { lines: [`${done} of ${goals} goals done in ${seconds(Date.now() - startedAtMs)}, one of two workers killed after ${seconds(killedAtMs - startedAtMs)}`], isWithin: done === goals && killedAtMs > 0 };
  });
}

/** The same goals with one worker and with two. */
export async function speedOfWorkers({ goals, latencyMs, say }: PartOptions): Promise<Measured> {
  const tookMs: number[] = [];
  for (const workers of [1, 2]) {
    tookMs.push(await withFarm(workers, latencyMs, async (farm) => {
      // The first goal loads the bundle in each process.
      await farm.give(workers, 'webhook');
      await farm.untilDone(workers, LEAST_MS);
      const startedAtMs = Date.now();
      await farm.give(goals, 'fan-out');
      await farm.untilDone(goals + workers, LEAST_MS + goals * MS_PER_GOAL);
      return Date.now() - startedAtMs;
    }));
    say(`${workers} worker(s): ${seconds(tookMs.at(-1)!)}`);
  }
  const speedup = tookMs[0]! / tookMs[1]!;
  return { lines: [`${goals} goals of 4 tasks at ${latencyMs} ms: ${seconds(tookMs[0]!)} with one worker, ${seconds(tookMs[1]!)} with two, ${speedup.toFixed(2)}× (at least ${LIMIT_SPEEDUP}×)`], isWithin: speedup >= LIMIT_SPEEDUP };
}

/** Memory of main, webhook process and workers while many goals stand in the queue. */
export async function memoryOfProcesses({ goals, latencyMs, say }: PartOptions): Promise<Measured> {
  return await withFarm(2, latencyMs, async (farm) => {
    const processes = { main: farm.n8n.main, webhook: farm.n8n.webhook, 'worker 1': farm.n8n.workers[0]!, 'worker 2': farm.n8n.workers[1]! };
    const samples = new Map(Object.keys(processes).map((name) => [name, [] as number[]]));
    const startedAtMs = Date.now();
    await farm.give(goals, 'fan-out');
    const done = await farm.untilDone(goals, LEAST_MS + goals * MS_PER_GOAL, () => {
      for (const [name, { processId }] of Object.entries(processes)) samples.get(name)!.push(memoryMb(processId));
    });
    say(`${done} of ${goals} goals done.`);
    const growth = [...samples].map(([name, values]) => ({ name, middle: mean(third(values, 1)), last: mean(third(values, 2)) }));
    const lines = [`${done} of ${goals} goals (${goals * 4} tasks) done in ${seconds(Date.now() - startedAtMs)}; memory in the middle and last third of the time:`, ...growth.map(({ name, middle, last }) => `  ${name.padEnd(8)}  ${middle.toFixed(0)} MB → ${last.toFixed(0)} MB`)];
    return { lines, isWithin: done === goals && growth.every(({ middle, last }) => last <= middle * LIMIT_GROWTH) };
  });
}

async function withFarm<T>(workers: number, latencyMs: number, measure: (farm: ScaleFarm) => Promise<T>): Promise<T> {
  const farm = await startFarm(workers, latencyMs);
  try {
    return await measure(farm);
  } finally {
    await farm.close();
  }
}

const seconds = (ms: number): string => `${(ms / 1_000).toFixed(1)} s`;
const third = (values: readonly number[], index: number): readonly number[] => values.slice(Math.floor((values.length * index) / 3), Math.ceil((values.length * (index + 1)) / 3));
const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
