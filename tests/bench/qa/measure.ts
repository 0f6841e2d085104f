import type { Executor } from '../../../agents';
import type { Verdict } from '../../../runs';
import { openReviewer, type Reviewer } from './review-work';
import { study, type Mutant } from './study';

export interface Work {
  id: string;
  code: string;
}

export interface QaFigures {
  rows: number;
  /** Whose documentation has an example that can be run. */
  withExamples: number;
  correctPassed: number;
  /** Correct work that did not pass, with the reason. */
  correctRefused: string[];
  /** Rows in which QA found no example. */
  unread: string[];
  mutants: number;
  caught: number;
  missed: Array<{ id: string; mutant: Mutant }>;
  byOperator: Record<string, { mutants: number; caught: number }>;
  /** Verdicts that passed although a check failed: there may be none. */
  passedWithFailedCheck: number;
  /** Works that passed although the model said "fail". */
  passedAgainstModel: number;
}

export interface MeasureOptions {
  mutantsPerRow: number;
  seed: number;
  atOnce: number;
  onRow?(id: string): void;
}

/** Correct works and mutants of them, each through the whole QA Review with a model that finds everything good. */
export async function measureQa(works: readonly Work[], executor: Executor, options: MeasureOptions): Promise<QaFigures> {
  const figures: QaFigures = { rows: works.length, withExamples: 0, correctPassed: 0, correctRefused: [], unread: [], mutants: 0, caught: 0, missed: [], byOperator: {}, passedWithFailedCheck: 0, passedAgainstModel: 0 };
  const reviewer = openReviewer(executor);
  const queue = [...works];
  const next = async (): Promise<void> => {
    for (let work = queue.shift(); work; work = queue.shift()) {
      await measureOne(work, { figures, reviewer, executor, options });
      options.onRow?.(work.id);
    }
  };
  try {
    await Promise.all(Array.from({ length: options.atOnce }, next));
  } finally {
    reviewer.close();
  }
  return figures;
}

interface Measuring {
  figures: QaFigures;
  reviewer: Reviewer;
  executor: Executor;
  options: MeasureOptions;
}

async function measureOne({ id, code }: Work, { figures, reviewer, executor, options }: Measuring): Promise<void> {
  const { calls, mutants } = await study(code, executor, { most: options.mutantsPerRow, seed: options.seed });
  if (calls === 0) return;
  figures.withExamples += 1;
  const correct = await reviewer.review(code, 'pass');
  note(figures, correct);
  if (correct.passed) figures.correctPassed += 1;
  else figures.correctRefused.push(`${id}: ${examplesOf(correct)?.evidence ?? 'no reason'}`);
  if (!examplesOf(correct)) figures.unread.push(id);
  if ((await reviewer.review(code, 'fail')).passed) figures.passedAgainstModel += 1;
  for (const mutant of mutants) {
    const verdict = await reviewer.review(mutant.code, 'pass');
    note(figures, verdict);
    countMutant(figures, { id, mutant, caught: !verdict.passed });
  }
}

function countMutant(figures: QaFigures, { id, mutant, caught }: { id: string; mutant: Mutant; caught: boolean }): void {
  const operator = (figures.byOperator[mutant.operator] ??= { mutants: 0, caught: 0 });
  figures.mutants += 1;
  operator.mutants += 1;
  if (!caught) return void figures.missed.push({ id, mutant });
  figures.caught += 1;
  operator.caught += 1;
}

function note(figures: QaFigures, verdict: Verdict): void {
  if (verdict.passed && verdict.criteria.some(({ state }) => state === 'fail')) figures.passedWithFailedCheck += 1;
}

const examplesOf = (verdict: Verdict) => verdict.criteria.find(({ id }) => id === 'examples');
