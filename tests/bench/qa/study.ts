import type { Executor } from '../../../agents';
import { EXAMPLE_LITERALS } from '../../../agents/checks/programs/example-literals';
import { FIND_EXAMPLES } from '../../../agents/checks/programs/find-examples';
import { JUDGE_EXAMPLES } from '../../../agents/checks/programs/judge-examples';
import { RUN_EXAMPLES } from '../../../agents/checks/programs/run-examples';
import { MUTATE } from './mutate';

export interface Mutant {
  operator: string;
  line: number;
  code: string;
  /** The call whose outcome it changes. */
  changes: string;
}

export interface Study {
  /** Documented calls that can be made and always come to the same. */
  calls: number;
  mutants: Mutant[];
}

/** Of the program that runs examples only what it defines. */
const DEFINITIONS = RUN_EXAMPLES.slice(0, RUN_EXAMPLES.indexOf('order = json.load'));
const PROGRAM = [EXAMPLE_LITERALS, FIND_EXAMPLES, JUDGE_EXAMPLES, DEFINITIONS, MUTATE].join('\n');

/** Makes mutants of a function that truly change an example's outcome. @param most how many */
export async function study(code: string, executor: Executor, { most, seed }: { most: number; seed: number }): Promise<Study> {
  const { stdout, stderr } = await executor.run({ tool: 'python', code: PROGRAM, stdin: JSON.stringify({ code, most, seed }), files: {}, timeMs: 120_000 }, new AbortController().signal);
  const answer = stdout.trim().split('\n').at(-1);
  if (!answer?.startsWith('{')) throw new Error(`A function could not be studied: ${stderr.slice(-500)}`);
  return JSON.parse(answer) as Study;
}
