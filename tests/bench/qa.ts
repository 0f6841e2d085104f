/**
 * Does QA find what is wrong by running it? `npm run bench:qa [-- --mutants 12] [-- --seed 1] [-- --rows 20] [-- --at-once 1] [-- --runner] [-- --json]`.
 *
 * Documented functions whose documentation carries examples, and mutants that change an example's outcome, through the real
 * QA Review with a model that finds everything good. Exit 1 when correct work is refused, fewer than 95 % of the mutants are
 * caught, or anything passes with a failed check. Runs in the sandbox; --runner takes the runner with this machine's Python.
 */
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { runnerExecutor, sandboxExecutor } from '../../agents';
import { openSandbox } from '../../skills';
import { startRunner } from '../support/runner';
import { documentedWorks } from './qa/works';
import { measureQa, type QaFigures } from './qa/measure';

const GOAL = 0.95;

async function main(): Promise<number> {
  const { values } = parseArgs({ options: { json: { type: 'boolean', default: false }, runner: { type: 'boolean', default: false }, seed: { type: 'string', default: '1' }, mutants: { type: 'string', default: '12' }, rows: { type: 'string' }, 'at-once': { type: 'string' } } });
  const works = documentedWorks();
  if (!works) return tell('The corpus is not beside this repository; AIOS_SHARED_DIR names another place.\n', 1);
  const atOnce = Number(values['at-once'] ?? Math.max(1, availableParallelism() >> 1));
  const runner = values.runner ? await startRunner(atOnce) : undefined;
  const executor = runner ? runnerExecutor(runner) : sandboxExecutor(openSandbox({ maxRunning: atOnce }));
  const startedMs = performance.now();
  const figures = await measureQa(works.slice(0, Number(values.rows ?? works.length)), executor, {
    mutantsPerRow: Number(values.mutants), seed: Number(values.seed), atOnce,
    ...(process.stderr.isTTY && { onRow: (id: string) => void process.stderr.write(`${id}\n`) }),
  });
  await runner?.close();
  const seconds = Math.round((performance.now() - startedMs) / 1_000);
  return tell(values.json ? `${JSON.stringify({ ...figures, seconds })}\n` : text(figures, seconds), holds(figures) ? 0 : 1);
}

function holds({ mutants, caught, correctPassed, withExamples, passedWithFailedCheck, passedAgainstModel }: QaFigures): boolean {
  return withExamples > 0 && mutants > 0 && correctPassed === withExamples && caught >= GOAL * mutants && passedWithFailedCheck === 0 && passedAgainstModel === 0;
}

function text(figures: QaFigures, seconds: number): string {
  const { rows, withExamples, correctPassed, correctRefused, unread, mutants, caught, missed, byOperator, passedWithFailedCheck, passedAgainstModel } = figures;
  const operators = Object.entries(byOperator).sort(([, one], [, other]) => other.mutants - one.mutants).map(([name, counts]) => `${name} ${counts.caught}/${counts.mutants}`);
  return [
    `${rows} documented functions, ${withExamples} with examples that can be run, in ${seconds} s`,
    `  correct work passed: ${correctPassed} of ${withExamples}${correctRefused.map((line) => `\n    refused ${line}`).join('')}`,
    `  no example found by QA: ${unread.length}${unread.length > 0 ? ` (${unread.join(', ')})` : ''}`,
    `  mutants caught: ${caught} of ${mutants} (${((100 * caught) / Math.max(1, mutants)).toFixed(1)} %): ${operators.join(', ')}`,
    ...missed.slice(0, 10).map(({ id, mutant }) => `    missed ${id} line ${mutant.line}, ${mutant.operator}: changes ${mutant.changes.slice(0, 100)}`),
    `  passed with a failed check: ${passedWithFailedCheck}; passed although the model said "fail": ${passedAgainstModel}`,
    '',
  ].join('\n');
}

function tell(said: string, exitCode: number): number {
  process.stdout.write(said);
  return exitCode;
}

void main().then((exitCode) => (process.exitCode = exitCode));
