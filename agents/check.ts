import { errorFacts } from '../kernel';
import type { Check, Criterion } from '../runs';
import { failed, notRun, type Bench, type CheckOutcome, type ReadFile } from './checks/check-outcome';
import { EXECUTING_CHECKS, executeCheck } from './checks/execute-check';
import { checkFile } from './checks/file-check';
import { READING_CHECKS } from './checks/reading-checks';

export type { Bench, CheckOutcome, ReadFile } from './checks/check-outcome';

/** Executes the checks of those criteria that have one. */
export async function runChecks(criteria: readonly Criterion[], readFile: ReadFile, bench: Bench): Promise<Map<string, CheckOutcome>> {
  const outcomes = new Map<string, CheckOutcome>();
  for (const criterion of criteria) {
    if (criterion.check) outcomes.set(criterion.id, await runCheck(criterion.check, readFile, bench));
  }
  return outcomes;
}

export async function runCheck(check: Check, readFile: ReadFile, bench: Bench): Promise<CheckOutcome> {
  const { kind, path } = check;
  const file = await readOrProblem(path, setupFirst(check, readFile));
  if ('problem' in file) return failed(file.problem);
  const execute = EXECUTING_CHECKS[kind];
  if (!execute) return checkedBoth(check, file.content);
  const outcome = await executeCheck(execute, check, file.content, bench);
  // A script's `contains` is what it prints.
  return kind === 'bash' || outcome.state !== 'pass' ? outcome : withText(check, file.content, outcome);
}

/** `contains` is meant for `file`, but plans ask for it with every kind. */
function checkedBoth(check: Check, content: string): CheckOutcome {
  const execute = READING_CHECKS[check.kind];
  if (!execute) return notRun(`The check "${check.kind}" on ${check.path} was not run: nothing here knows it`);
  const outcome = execute(check, content);
  return outcome.state === 'fail' || check.kind === 'file' ? outcome : withText(check, content, outcome);
}

function withText(check: Check, content: string, outcome: CheckOutcome): CheckOutcome {
  if (check.contains === undefined) return outcome;
  const text = checkFile(check, content);
  return text.state === 'fail' ? text : { state: outcome.state, evidence: `${outcome.evidence}; ${text.evidence}` };
}

/** A check may bring the file it runs. */
function setupFirst({ setup = [] }: Check, readFile: ReadFile): ReadFile {
  return async (path) => setup.find((file) => file.path === path)?.content ?? (await readFile(path));
}

async function readOrProblem(path: string, readFile: ReadFile): Promise<{ content: string } | { problem: string }> {
  try {
    const content = await readFile(path);
    return content === undefined ? { problem: `${path} was not delivered` } : { content };
  } catch (error) {
    const { code, message } = errorFacts(error);
    if (code === 'PATH_REFUSED') return { problem: message };
    throw error;
  }
}
