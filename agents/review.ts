import { errorFacts, throwIfCancelled } from '../kernel';
import { NotDeliveredError, type PlanTask, type Result, type RunEventType, type RunState, type TaskStatus, type Verdict } from '../runs';
import type { AgentCall, Agents, Spoken } from './agents';
import { runChecks, type Bench, type CheckOutcome, type ReadFile } from './check';
import { executorFor } from './checks/executor';
import { deliveredFiles } from './checks/delivered-files';
import { runExamples } from './checks/run-examples';
import type { AgentDeps } from './deps';
import { emitHeld } from './emit';
import { endsWithoutRecord } from './errors';
import { holdRun, type HeldRun } from './held-run';
import { keepResult, notKept } from './kept-result';
import { settleConflict } from './landing-conflict';
import { openSession, type ModelSession } from './model-session';
import { acceptedReview, verdictOutputSchema, type ReviewAnswer } from './review-answer';
import { taskPrivacy } from './raised-privacy';
import { PROMPT_ROOM, sizedPrompt } from './prompt-size';
import { reviewMessages, type ReviewMaterial } from './review-prompt';
import { rememberEnd, rememberedOf, withMemory } from './remembered';
import { QA_ROLE, systemRole } from './roles';
import { askForAnswer } from './structured-answer';
import { combinedVerdict, criteriaForModel, refusedByFiles, verdictUnjudged, verdictWithoutWork, withExamples, workWasGood } from './verdict';
import { taskOf } from './work';

export interface Review {
  deps: AgentDeps;
  call: AgentCall;
  held: HeldRun;
  state: RunState;
  task: PlanTask;
  result: Result;
  session: ModelSession;
}

/** Judges one attempt: checks first, then the model on what no check decides. Files are kept before the verdict is. */
export function reviewer(deps: AgentDeps): Agents['review'] {
  return async (key, call) =>
    await holdRun(deps, key.runId, call, async (held) => {
      const state = await deps.runs.read(key.runId);
      const current = taskOf(state, key);
      const { task, result, verdict } = current;
      const session = openSession(deps, call, held, state.run, { role: QA_ROLE, privacy: taskPrivacy(state, current), taskId: task.id, attempt: key.attempt });
      // What a person let go on is judged anew.
      if (verdict?.attempt === key.attempt && verdict.fault !== 'unjudged' && verdict.person?.then !== 'resume') return spoken(session, verdict);
      if (result?.attempt !== key.attempt) throw new NotDeliveredError(key.taskId, key.attempt);
      const review: Review = { deps, call, held, state, task, result, session };
      const judged = result.status === 'done' ? await judgedOrLeftToPerson(review) : verdictWithoutWork(result, task);
      return await concluded(review, judged);
    });
}

function spoken(session: ModelSession, verdict: Verdict): Spoken & { verdict: Verdict } {
  return { role: QA_ROLE, model: session.modelName(), usage: session.usage(), verdict };
}

async function concluded(review: Review, judged: Verdict): Promise<Spoken & { verdict: Verdict }> {
  const { deps, held, session } = review;
  // Before the verdict: a run whose task passed has its files, also after a crash between the two.
  const verdict = judged.passed ? await withFilesKept(review, judged) : judged;
  await deps.runs.saveVerdict(held.lease, verdict);
  await tellRouter(deps, verdict);
  const { status } = taskOf(await deps.runs.read(verdict.runId), verdict);
  await tell(review, verdict, status);
  await rememberEnd(deps, review.call, { run: review.state.run, task: review.task, result: review.result, verdict, isLast: status !== 'ready', privacy: session.privacy() });
  return spoken(session, verdict);
}

/** All of the attempt's calls share its verdict but QA's own. */
async function tellRouter({ outcomes }: AgentDeps, verdict: Verdict): Promise<void> {
  const { runId, taskId, attempt } = verdict;
  const ok = workWasGood(verdict);
  if (ok !== undefined) await outcomes.judge({ runId, taskId, attempt, exceptRole: QA_ROLE }, { ok, by: 'qa' });
}

async function judgedOrLeftToPerson(review: Review): Promise<Verdict> {
  try {
    return await judged(review);
  } catch (error) {
    const { kind, message, hint } = errorFacts(error);
    // Other errors leave the attempt unjudged: the board gives it another try, a restarted run only another review.
    if (kind === 'user' && !endsWithoutRecord(error) && !review.held.signal.aborted) await concluded(review, verdictUnjudged(review.result, review.task, `${message} ${hint}`));
    throw error;
  }
}

async function judged(review: Review): Promise<Verdict> {
  const { deps, held, state, task, result, session } = review;
  const bench: Bench = { executor: executorFor(deps, session.privacy()), files: deliveredFiles(state, task, result), signal: held.signal };
  const checks = await runChecks(task.acceptance, artifactsThenFiles(deps, result), bench);
  const examples = await examplesOf(task, result, bench);
  const criteria = criteriaForModel(task, checks);
  const role = systemRole(await deps.roles.read(), QA_ROLE);
  const answer = criteria.length === 0 ? NO_JUDGEMENT : await askForReview(review, { role, goal: state.run.goal, task, result, checks, examples, criteria });
  throwIfCancelled(held.signal);
  return combinedVerdict(result, task, withExamples(task, checks, examples), answer);
}

/** The examples that the work's documentation and the task promise. */
async function examplesOf(task: PlanTask, { artifacts }: Result, bench: Bench): Promise<CheckOutcome | undefined> {
  return await runExamples(artifacts, [task.instructions, ...task.acceptance.map(({ text }) => text)], bench);
}

const NO_JUDGEMENT: ReviewAnswer = { judgements: new Map(), findings: [] };

async function askForReview({ deps, call, held, state, session }: Review, material: ReviewMaterial): Promise<ReviewAnswer> {
  const { taskId, attempt } = material.result;
  const schema = verdictOutputSchema(material.criteria);
  const about = `${material.task.title}\n${material.task.instructions}`;
  const remembered = await rememberedOf(deps.memory, held, call, { key: `${taskId}/${attempt}/qa/memory`, run: state.run, role: QA_ROLE, about, privacy: session.privacy() });
  const { messages, size } = await sizedPrompt(deps, held, call, { key: `${taskId}/${attempt}/qa/size`, privacy: session.privacy(), role: QA_ROLE, grows: false, schema, compose: (share) => withMemory(reviewMessages(material, share), remembered) });
  return await askForAnswer(session, {
    messages,
    schema,
    keyOf: (ask) => `${taskId}/${attempt}/qa/${ask}`,
    mostTokens: PROMPT_ROOM[size].promptTokens,
    accept: (value) => acceptedReview(value, material.criteria),
  });
}

/** The attempt's own files hide what earlier tasks left under the same path, as they will once they are kept. */
function artifactsThenFiles(deps: AgentDeps, result: Result): ReadFile {
  return async (path) => {
    const own = result.artifacts.find((artifact) => artifact.path === path);
    if (own) return own.content;
    try {
      return (await deps.files.read(result.runId, path)).toString('utf8');
    } catch (error) {
      if (errorFacts(error).code === 'FILE_NOT_FOUND') return undefined;
      throw error;
    }
  };
}

async function withFilesKept(review: Review, verdict: Verdict): Promise<Verdict> {
  const { deps, held, state, task, result, session } = review;
  const landing = { run: state.run, task, result, privacy: session.privacy() };
  try {
    const settled = await settleConflict(review, landing);
    if (settled.then === 'rework') return refusedByFiles(verdict, settled.finding);
    if (settled.then === 'person') return { ...refusedByFiles(verdict, settled.why), needsPerson: settled.why };
    await keepResult(deps, { ...landing, overruled: settled.overruled }, held.assertStillHeld);
    return verdict;
  } catch (error) {
    const refusal = notKept(error);
    if (refusal) return { ...refusedByFiles(verdict, refusal.message), ...(refusal.needsPerson && { needsPerson: `${refusal.message} ${refusal.hint}` }) };
    // What the CTO cannot decide, a person does.
    if (errorFacts(error).code !== 'MODEL_OUTPUT') throw error;
    const why = `Files changed meanwhile, and the CTO gave no usable ruling: ${errorFacts(error).message}`;
    return { ...refusedByFiles(verdict, why), needsPerson: why };
  }
}

async function tell({ deps, call, held, session, task }: Review, verdict: Verdict, status: TaskStatus): Promise<void> {
  const passed = verdict.criteria.filter((criterion) => criterion.state === 'pass').length;
  const outcome = OUTCOMES[status] ?? OUTCOMES.needsPerson!;
  await emitHeld(deps, held.lease, outcome.event, { attempt: verdict.attempt, passed, criteria: verdict.criteria.length, model: session.modelName() }, task.id);
  call.say(`QA (${session.modelName()}): ${task.id} ${outcome.words} ${passed}/${verdict.criteria.length}${verdict.passed ? '' : `: ${firstReason(verdict)}`}`);
}

/** What the verdict has made of the task. */
const OUTCOMES: Partial<Record<TaskStatus, { event: RunEventType; words: string }>> = {
  passed: { event: 'task.passed', words: 'passed' },
  ready: { event: 'task.rework', words: 'goes back,' },
  skipped: { event: 'task.skipped', words: 'failed and is optional, skipped,' },
  needsPerson: { event: 'task.needsPerson', words: 'needs a person,' },
};

function firstReason({ needsPerson, findings, criteria }: Verdict): string {
  return (needsPerson ?? findings[0] ?? criteria.find((criterion) => criterion.state !== 'pass')?.evidence ?? 'no reason was given').slice(0, 200);
}
