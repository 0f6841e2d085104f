import { judge, type ComplexityModel } from '../../../router/complexity-model/model';
import { fitModel, type Lessons } from '../../../scripts/fit-complexity/fit';
import { foldOf, type Outcome } from '../../../scripts/fit-complexity/rows';
import type { Routed } from './route-quality';

export const routed = (rows: readonly Outcome[], score: readonly number[]): Routed => ({ score, weak: rows.map(({ small }) => small), strong: rows.map(({ large }) => large) });
export const complexityOf = (model: ComplexityModel, rows: readonly Outcome[]): number[] => rows.map(({ features }) => judge(features, model).complexity);
export const byLength = (rows: readonly Outcome[]): number[] => rows.map(({ prompt }) => prompt.length);

/** A prompt to judge; of a request with material, `base` is the request alone. */
export type Judgeable = Pick<Outcome, 'features' | 'prompt'> & { base?: string };

/** For each prompt a model that has seen neither its outcomes nor an equal prompt. */
export function crossFitted(lessons: Lessons, folds: number, seed: number): (row: Judgeable) => ComplexityModel {
  const models = Array.from({ length: folds }, (_, fold) => fitModel({
    ...lessons,
    outcomes: lessons.outcomes.filter(({ prompt }) => foldOf(prompt, folds, seed) !== fold),
    requests: lessons.requests.filter(({ base }) => foldOf(base, folds, seed) !== fold),
  }));
  return (row) => models[foldOf(row.base ?? row.prompt, folds, seed)]!;
}

/** Judges every row of `sets` by a model that has seen none of its prompt's outcomes, nor an equal prompt. */
export function crossJudged(lessons: Lessons, sets: readonly Judgeable[][], folds: number, seed: number): { complexity: number[]; need: number[] }[] {
  return judgedBy(crossFitted(lessons, folds, seed), sets);
}

export function judgedBy(modelOf: (row: Judgeable) => ComplexityModel, sets: readonly Judgeable[][]): { complexity: number[]; need: number[] }[] {
  return sets.map((rows) => {
    const judged = rows.map((row) => judge(row.features, modelOf(row)));
    return { complexity: judged.map(({ complexity }) => complexity), need: judged.map(({ need }) => need) };
  });
}

/** The model as it would be had one benchmark never been seen; rows of the same benchmark in other collections are left out too. */
export function withoutBenchmark(lessons: Lessons, name: 'mmlu' | 'gsm8k' | 'mmlu_pro' | 'ulab'): ComplexityModel {
  return fitModel({ ...lessons, outcomes: lessons.outcomes.filter(({ set, task }) => set !== name && !(name === 'gsm8k' && /gsm/.test(task ?? ''))) });
}
