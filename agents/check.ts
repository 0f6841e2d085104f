import { errorFacts } from '../kernel';
import type { Check, Criterion } from '../runs';
import { failed, type CheckOutcome, type ReadFile } from './checks/check-outcome';
import { checkFile } from './checks/file-check';
import { checkJson } from './checks/json-check';
import { checkYaml } from './checks/yaml-check';

export type { CheckOutcome, ReadFile } from './checks/check-outcome';

/** Kinds that only read; the others need a sandbox, which this version does not have. */
const READING_CHECKS: Partial<Record<Check['kind'], (check: Check, content: string) => CheckOutcome>> = { file: checkFile, json: checkJson, yaml: checkYaml };

/** Executes the checks of those criteria that have one. */
export async function runChecks(criteria: readonly Criterion[], readFile: ReadFile): Promise<Map<string, CheckOutcome>> {
  const outcomes = new Map<string, CheckOutcome>();
  for (const criterion of criteria) {
    if (criterion.check) outcomes.set(criterion.id, await runCheck(criterion.check, readFile));
  }
  return outcomes;
}

export async function runCheck(check: Check, readFile: ReadFile): Promise<CheckOutcome> {
  const execute = READING_CHECKS[check.kind];
  if (!execute) return { state: 'notRun', evidence: `The check "${check.kind}" on ${check.path} was not run: this version executes only ${Object.keys(READING_CHECKS).join(', ')} checks` };
  const file = await readOrProblem(check.path, readFile);
  return 'problem' in file ? failed(file.problem) : checkedBoth(check, file.content, execute);
}

/** `contains` is meant for `file`, but plans ask for it with every kind. */
function checkedBoth(check: Check, content: string, execute: (check: Check, content: string) => CheckOutcome): CheckOutcome {
  const outcome = execute(check, content);
  if (outcome.state === 'fail' || check.kind === 'file' || check.contains === undefined) return outcome;
  const text = checkFile(check, content);
  return text.state === 'fail' ? text : { state: 'pass', evidence: `${outcome.evidence}; ${text.evidence}` };
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
