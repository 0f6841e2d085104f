import type { Criterion, PlanTask, Result, Verdict } from '../runs';
import type { CheckOutcome } from './checks/check-outcome';
import type { ReviewAnswer } from './review-answer';

/** Which criteria the model judges: those without a check, and those whose check passed but may ask for more than it sees. */
export function criteriaForModel(task: PlanTask, checks: ReadonlyMap<string, CheckOutcome>): Criterion[] {
  return task.acceptance.filter((criterion) => (checks.get(criterion.id)?.state ?? 'pass') === 'pass');
}

/** Checks and judgement in one verdict. What a machine found wrong stays wrong, whatever the model says. */
export function combinedVerdict(result: Result, task: PlanTask, checks: ReadonlyMap<string, CheckOutcome>, answer: ReviewAnswer): Verdict {
  const own = task.acceptance.map((criterion) => ({ id: criterion.id, ...stateOf(criterion, checks.get(criterion.id), answer) }));
  const criteria = [...own, ...withoutCriterion(task, checks)];
  const blocked = criteria.filter((criterion) => criterion.state === 'notRun' && isRequired(task, criterion.id));
  const failed = criteria.some((criterion) => criterion.state === 'fail');
  return {
    ...keyOf(result),
    passed: !failed && blocked.length === 0,
    criteria,
    findings: answer.findings,
    // Work that fails anyway goes back first: a person is asked only about what the team cannot mend.
    ...(blocked.length > 0 && !failed && { needsPerson: `A required check could not run: ${blocked.map((criterion) => `${criterion.id}: ${criterion.evidence}`).join('; ')}` }),
  };
}

/** Under its own id beside the criteria, which no model judges. */
export function withExamples(task: PlanTask, checks: ReadonlyMap<string, CheckOutcome>, examples: CheckOutcome | undefined): ReadonlyMap<string, CheckOutcome> {
  if (!examples) return checks;
  const taken = task.acceptance.map(({ id }) => id);
  return new Map([...checks, [['examples', 'qa-examples', 'qa-examples-2'].find((id) => !taken.includes(id)) ?? 'qa-examples-3', examples]]);
}

function withoutCriterion(task: PlanTask, checks: ReadonlyMap<string, CheckOutcome>): Verdict['criteria'] {
  return [...checks].filter(([id]) => !task.acceptance.some((criterion) => criterion.id === id)).map(([id, outcome]) => ({ id, ...outcome }));
}

function stateOf(criterion: Criterion, check: CheckOutcome | undefined, answer: ReviewAnswer): CheckOutcome {
  const judged = answer.judgements.get(criterion.id);
  if (check && (check.state !== 'pass' || !judged)) return check;
  if (!judged) return { state: 'fail', evidence: 'Nobody has judged it.' };
  return check && judged.state === 'pass' ? { state: 'pass', evidence: `${check.evidence}; ${judged.evidence}` } : judged;
}

function isRequired(task: PlanTask, id: string): boolean {
  return task.acceptance.some((criterion) => criterion.id === id && criterion.check?.required === true);
}

/** An attempt that delivered nothing to judge. An error only a person can mend ends the attempts: the next would end the same way. */
export function verdictWithoutWork(result: Result, task: PlanTask): Verdict {
  const reason = result.reason ?? result.summary;
  return {
    ...keyOf(result),
    passed: false,
    criteria: task.acceptance.map((criterion) => ({ id: criterion.id, state: 'notRun', evidence: `The attempt was ${result.status}; nothing was judged.` })),
    findings: [`The attempt was ${result.status}: ${reason}`],
    ...(isTechnical(result) && { fault: 'ended' as const }),
    ...(isForPerson(result) && { needsPerson: `${result.error!.message} ${result.error!.hint}` }),
  };
}

/** What the model itself got wrong counts as its work; a model server that is away does not. */
const ERRORS_OF_THE_MODEL = ['MODEL_OUTPUT', 'BAD_TOOL_CALL', 'EMPTY_ANSWER'];

function isTechnical({ error }: Result): boolean {
  return error !== undefined && error.kind === 'temporary' && !ERRORS_OF_THE_MODEL.includes(error.code);
}

function isForPerson({ error }: Result): boolean {
  // The journal holds another input under this attempt's keys; the next attempt has keys of its own.
  return error !== undefined && error.kind === 'user' && error.code !== 'STEP_INPUT_CHANGED';
}

/** QA itself could not work: whether the attempt is good is open, so nothing is thrown away and a person decides. */
export function verdictUnjudged(result: Result, task: PlanTask, why: string): Verdict {
  return {
    ...keyOf(result),
    passed: false,
    criteria: task.acceptance.map((criterion) => ({ id: criterion.id, state: 'notRun', evidence: 'QA could not judge it.' })),
    findings: [],
    needsPerson: `QA could not judge the work: ${why}`,
  };
}

/** A file that cannot be kept makes the work unusable, however good it reads. */
export function refusedByFiles(verdict: Verdict, problem: string): Verdict {
  return { ...verdict, passed: false, findings: [...verdict.findings, problem] };
}

/** Was the work good? `undefined` where QA cannot tell: nothing was judged, or a check that must be made could not be. */
export function workWasGood({ passed, criteria, needsPerson }: Verdict): boolean | undefined {
  if (criteria.every(({ state }) => state === 'notRun')) return undefined;
  return passed || needsPerson === undefined ? passed : undefined;
}

function keyOf({ runId, taskId, attempt }: Result): Pick<Verdict, 'runId' | 'taskId' | 'attempt'> {
  return { runId, taskId, attempt };
}
