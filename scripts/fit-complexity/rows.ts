import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promptFeatures, type PromptFeatures } from '../../router/complexity-model/features';

/** What is known of a prompt: how well a weak and a strong model did on it. */
export interface OutcomeRow {
  id?: string;
  prompt: string;
  /** Quality 0..1 of the weak model. */
  small: number;
  /** Quality 0..1 of the strong model. */
  large: number;
  task?: string;
}

export type Outcome = OutcomeRow & { features: PromptFeatures };

export const PUBLIC_SETS = ['mmlu', 'gsm8k', 'mmlu_pro', 'ulab', 'math_levels'] as const;
export type PublicSet = (typeof PUBLIC_SETS)[number];
export type PublicRows = Record<PublicSet, Outcome[]>;

const FOLDER = join(process.env.AIOS_SHARED_DIR ?? join(__dirname, '../../../shared'), 'router', 'data');

/** @returns undefined when the rows do not lie beside the repository; they are too large and not ours to be part of it */
export function publicRows(): PublicRows | undefined {
  if (!existsSync(FOLDER)) return undefined;
  return Object.fromEntries(PUBLIC_SETS.map((name) => [name, readRows(`${name}_public.jsonl`)])) as PublicRows;
}

/** The one line to say when there are none. */
export const NO_ROWS = 'The public rows are not beside this repository (../shared/router/data; AIOS_SHARED_DIR names another place).';

function readRows(file: string): Outcome[] {
  const lines = readFileSync(join(FOLDER, file), 'utf8').split('\n').filter((line) => line !== '');
  return lines.map((line) => JSON.parse(line) as OutcomeRow).map((row) => ({ ...row, features: promptFeatures(row.prompt) }));
}

/** Two subjects of the public MMLU carry an artefact of how the strong model was scored: high-school mathematics and moral scenarios. */
export function isArtefact({ id, prompt }: OutcomeRow): boolean {
  const number = Number(id?.split('/')[1]);
  return (number >= 7_727 && number <= 7_996) || prompt.startsWith('For which of these two scenarios');
}

/** Which of `count` parts a prompt belongs to; equal prompts always fall into the same part. */
export function foldOf(prompt: string, count: number, seed: number): number {
  let hash = 0x811c9dc5 ^ Math.imul(seed + 1, 0x9e3779b1);
  for (let at = 0; at < prompt.length; at++) hash = Math.imul(hash ^ prompt.charCodeAt(at), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  return ((hash ^ (hash >>> 12)) >>> 0) % count;
}

/** Numbers in 0..1 that are the same for the same seed. */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let value = Math.imul(state ^ (state >>> 15), state | 1);
    value ^= value + Math.imul(value ^ (value >>> 7), value | 61);
    return ((value ^ (value >>> 14)) >>> 0) / 2 ** 32;
  };
}
