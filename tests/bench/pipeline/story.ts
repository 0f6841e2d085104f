import type { JsonObject } from '../../../kernel';
import type { Answer } from '../../support/model-servers';

/** What a task costs in time, and what it waits for. Milliseconds. */
interface TimedTask {
  id: string;
  dependsOn: string[];
  workMs: number;
  reviewMs: number;
  /** QA sends the first attempt back. */
  refusedOnce?: true;
}

const PLAN_MS = 800;
const REPORT_MS = 400;

/** Three waves; `t2` is sent back in the first and goes along in the second. */
const TASKS: readonly TimedTask[] = [
  { id: 't1', dependsOn: [], workMs: 600, reviewMs: 300 },
  { id: 't2', dependsOn: [], workMs: 900, reviewMs: 400, refusedOnce: true },
  { id: 't3', dependsOn: [], workMs: 300, reviewMs: 200 },
  { id: 't4', dependsOn: ['t1'], workMs: 700, reviewMs: 300 },
  { id: 't5', dependsOn: ['t1', 't3'], workMs: 500, reviewMs: 400 },
  { id: 't6', dependsOn: ['t2', 't4'], workMs: 600, reviewMs: 300 },
];

/** A model that plays its part by what it is asked; nothing depends on the order of calls. */
export function answerTo(body: JsonObject): Answer {
  const text = JSON.stringify(body);
  const id = taskOf(text);
  if (kindOf(text) === 'plan') return { json: { summary: 'A plan.', tasks: TASKS.map(planned), decisions: [], estimate: { minutes: 1 } } };
  if (kindOf(text) === 'work') return { json: { status: 'done', reason: null, summary: `Wrote ${id}.`, artifacts: [{ path: `${id}.txt`, content: text.includes('QA refused attempt') ? 'second version' : 'first version' }] } };
  if (kindOf(text) === 'report') return 'All is done.';
  const isRefused = TASKS.find((task) => task.id === id)?.refusedOnce === true && text.includes('first version');
  return { json: { criteria: { a1: { state: isRefused ? 'fail' : 'pass', evidence: `${id}.txt was read` } }, findings: isRefused ? ['Write a second version.'] : [] } };
}

/** How long the model takes for this request. */
export function latencyMs(body: string): number {
  const task = TASKS.find(({ id }) => id === taskOf(body));
  return { plan: PLAN_MS, report: REPORT_MS, work: task?.workMs ?? 0, review: task?.reviewMs ?? 0 }[kindOf(body)];
}

/** Plan, then each wave as long as its slowest work and its slowest review, then the report. */
export function sumOfWaveMaximaMs(): { sumMs: number; waves: string[][] } {
  const passed = new Set<string>();
  const tries = new Map<string, number>();
  const waves: string[][] = [];
  let sumMs = PLAN_MS + REPORT_MS;
  while (passed.size < TASKS.length) {
    const wave = TASKS.filter(({ id, dependsOn }) => !passed.has(id) && dependsOn.every((other) => passed.has(other)));
    sumMs += Math.max(...wave.map(({ workMs }) => workMs)) + Math.max(...wave.map(({ reviewMs }) => reviewMs));
    for (const { id, refusedOnce } of wave) {
      tries.set(id, (tries.get(id) ?? 0) + 1);
      if (!refusedOnce || tries.get(id)! > 1) passed.add(id);
    }
    waves.push(wave.map(({ id }) => id));
  }
  return { sumMs, waves };
}

function kindOf(text: string): 'plan' | 'work' | 'review' | 'report' {
  if (text.includes('\\"dependsOn\\"') || text.includes('"dependsOn"')) return 'plan';
  if (text.includes('The task t')) return 'review';
  return text.includes('Your task t') ? 'work' : 'report';
}

function taskOf(text: string): string {
  return /(?:Your|The) task (t\d)/.exec(text)?.[1] ?? '';
}

function planned({ id, dependsOn }: TimedTask) {
  return { id, title: `File ${id}`, role: 'backend', instructions: `Write ${id}.txt.`, dependsOn, acceptance: [{ id: 'a1', text: 'It says what it should.', check: null }], deliverables: [`${id}.txt`], privacy: 'internal', optional: false };
}
