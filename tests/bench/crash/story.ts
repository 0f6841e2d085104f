import { createHash } from 'node:crypto';
import type { JsonObject } from '../../../kernel';
import type { Answer } from '../../support/model-servers';

/** What a run looks like: one task after the other, side by side, one sent back by QA, one that waits for a person, one given over HTTP. */
export const SHAPES = ['chain', 'fan-out', 'rework', 'waiting', 'webhook'] as const;
export type Shape = (typeof SHAPES)[number];

/** How many tasks a shape's plan has. */
export const TASKS: Record<Shape, number> = { chain: 3, 'fan-out': 4, rework: 2, waiting: 2, webhook: 2 };

/** Names the run in every prompt, because the goal is in every prompt. */
export function goalOf(number: number, shape: Shape): string {
  return `Write the files of bench run [${number} ${shape}].`;
}

export interface Ask {
  run: number;
  /** Of the whole request: a call made again asks the same. */
  hash: string;
  /** In the answer and nowhere else, so that the journal shows whether it came in. */
  mark: string;
}

/** A model that plays its part by what it is asked, so that it survives crashes of those who ask. */
export function answerTo(body: JsonObject, mark: string): Answer {
  const text = textOf(body);
  const [, number, shape] = markerOf(text)!;
  const asked = JSON.stringify(body.format ?? {});
  if (asked.includes('"dependsOn"')) return { json: planFor(shape as Shape, mark) };
  if (asked.includes('"artifacts"')) return { json: workOf(text, mark) as never };
  if (asked.includes('"criteria"')) return { json: verdictOn(body, text, mark) as never };
  const mayPost = Array.isArray(body.tools) && !text.includes('"role":"tool"') && !text.includes('It cannot be done');
  // Each version is posted once.
  if (mayPost) return { toolCalls: [{ name: 'post', arguments: { text: `${number}/${taskOf(text)}${text.includes('make it better') ? '/second' : ''}` } }] };
  return { text: `All is well (${mark}).` };
}

export function askOf(body: JsonObject, count: number): Ask | undefined {
  const text = textOf(body);
  const marker = markerOf(text);
  if (!marker) return undefined;
  const hash = createHash('sha256').update(text).update(JSON.stringify(body.format ?? null)).digest('hex');
  return { run: Number(marker[1]), hash, mark: `mark-${count}-` };
}

const textOf = (body: JsonObject): string => JSON.stringify(body.messages ?? '');
const markerOf = (text: string): RegExpExecArray | null => /\[(\d+) (chain|fan-out|rework|waiting|webhook)\]/.exec(text);
const taskOf = (text: string): string => /Write (t\d)/.exec(text)?.[1] ?? 't1';

function planFor(shape: Shape, mark: string) {
  const ids = Array.from({ length: TASKS[shape] }, (_, index) => `t${index + 1}`);
  const before = (index: number) => (shape === 'fan-out' || index === 0 ? [] : [ids[index - 1]!]);
  const tasks = ids.map((id, index) => ({
    id, title: `File ${id}`, role: index % 2 ? 'frontend' : 'backend', instructions: instructionsFor(shape, id), dependsOn: before(index), acceptance: [{ id: 'a1', text: 'It says hello', check: null }], deliverables: [`${id}.txt`], privacy: 'internal', optional: false,
  }));
  return { summary: `A plan (${mark}).`, tasks, decisions: [], estimate: { minutes: 1 } };
}

function instructionsFor(shape: Shape, id: string): string {
  const more = { rework: ' QA wants a second version.', waiting: id === 't2' ? ' It cannot be done.' : '' }[shape as string] ?? '';
  return `Write ${id} as ${id}.txt.${more}`;
}

function workOf(text: string, mark: string) {
  const id = taskOf(text);
  const isBlocked = text.includes('It cannot be done');
  const version = text.includes('make it better') ? 'second version' : 'first version';
  return { status: isBlocked ? 'blocked' : 'done', reason: isBlocked ? 'it cannot be done' : null, summary: `Wrote ${id} (${mark}).`, artifacts: [{ path: `${id}.txt`, content: `hello, ${version}` }] };
}

function verdictOn(body: JsonObject, text: string, mark: string) {
  const mustMend = text.includes('wants a second version') && !text.includes('hello, second version');
  const properties = ((body.format as JsonObject).properties as JsonObject).criteria as JsonObject;
  const ids = Object.keys(properties.properties as JsonObject);
  const state = mustMend ? 'fail' : 'pass';
  return { criteria: Object.fromEntries(ids.map((id) => [id, { state, evidence: `seen (${mark})` }])), findings: mustMend ? ['make it better'] : [] };
}
