import { InvalidInputError, contentHash, errorFacts } from '../kernel';
import { strictestPrivacy } from '../privacy';
import { hasEnded, type RunState } from '../runs';
import type { AgentCall, Agents, ReportOutcome } from './agents';
import type { AgentDeps } from './deps';
import { counted } from './counted';
import { emit } from './emit';
import { endsWithoutRecord } from './errors';
import { holdRun, type HeldRun } from './held-run';
import { openSession, type ModelSession } from './model-session';
import { taskPrivacy } from './raised-privacy';
import { accountOf, statusOf, type ReportFacts, type ReportStatus } from './report-facts';
import { mostThatFits, PROMPT_ROOM } from './prompt-size';
import { rememberPlan } from './remembered';
import { reportText, summaryMessages } from './report-text';
import { CTO_ROLE, systemRole } from './roles';
import { NO_MODEL, NO_USAGE } from './usage';

/** Longer "summaries" are a model that did not stop; the facts below it must stay readable. */
const MAX_SUMMARY_CHARACTERS = 4_000;

/** Reports on a run and ends it; a run that has ended is answered with the report it has. */
export function reporter(deps: AgentDeps): Agents['report'] {
  return async (runId, call) => {
    const { run } = await deps.runs.read(runId);
    if (hasEnded(run.status)) return await reportedBefore(deps, runId, run.status);
    return await holdRun(deps, runId, call, async (held) => await reported(deps, call, held));
  };
}

async function reported(deps: AgentDeps, call: AgentCall, held: HeldRun): Promise<ReportOutcome> {
  const { runId } = held.lease;
  const state = await deps.runs.read(runId);
  if (state.tasks.length === 0) throw new InvalidInputError(`Run "${runId}" has no plan yet, so there is nothing to report.`, { hint: 'Put CTO Agent (Plan) and the Task Board before CTO Agent (Report).' });
  const facts = await factsOf(deps, state, statusOf(state));
  const privacy = strictestPrivacy(...state.tasks.map((task) => taskPrivacy(state, task)));
  const session = openSession(deps, call, held, state.run, { role: CTO_ROLE, privacy });
  const summary = await summaryOf(deps, session, facts);
  // Counted again: the summary's own call belongs to the run's cost.
  const report = reportText({ ...facts, ...(await accountOf(deps.events, runId)) }, summary);
  // Before the end: nobody comes back to a run that is over.
  await rememberPlan(deps, call, { held, run: state.run, status: facts.status });
  await deps.runs.finish(held.lease, { status: facts.status, report });
  await emit(deps, runId, 'run.finished', { status: facts.status, files: facts.files.length });
  call.say(`CTO (${session.modelName()}): ${facts.status}, ${counted(facts.files.length, 'file')}`);
  return { role: CTO_ROLE, model: session.modelName(), usage: session.usage(), runId, project: state.run.project, status: facts.status, report, files: facts.files };
}

async function factsOf(deps: AgentDeps, state: RunState, status: ReportStatus): Promise<ReportFacts> {
  const files = await deps.files.list(state.run.id);
  return { state, status, files, ...(await accountOf(deps.events, state.run.id)) };
}

/** A report must not fail because a model does: then the facts stand alone, and say so. */
async function summaryOf(deps: AgentDeps, session: ModelSession, facts: ReportFacts): Promise<string> {
  const cto = systemRole(await deps.roles.read(), CTO_ROLE);
  const { messages } = mostThatFits((share) => summaryMessages(facts, cto, share), PROMPT_ROOM.small.promptTokens);
  try {
    // Keyed by content: a run that waited for a person is reported on again, with other facts.
    const reply = await session.ask({ key: `report/${contentHash(messages).slice(0, 12)}`, messages });
    const text = reply.text.replace(/<think>[\s\S]*?<\/think>/gi, '').trim().slice(0, MAX_SUMMARY_CHARACTERS);
    return text === '' ? summaryMissing('the model gave no text') : text;
  } catch (error) {
    if (endsWithoutRecord(error)) throw error;
    const { code, message } = errorFacts(error);
    deps.log.warn('The report has no summary.', { runId: facts.state.run.id, code });
    return summaryMissing(message);
  }
}

function summaryMissing(why: string): string {
  return `_No summary was written (${why.replace(/\s+/g, ' ').replace(/\.$/, '')}). The facts follow._`;
}

async function reportedBefore(deps: AgentDeps, runId: string, status: 'done' | 'failed'): Promise<ReportOutcome> {
  const state = await deps.runs.read(runId);
  const facts = await factsOf(deps, state, status);
  const report = state.run.report ?? reportText(facts, summaryMissing('the run ended before its report'));
  return { role: CTO_ROLE, model: NO_MODEL, usage: NO_USAGE, runId, project: state.run.project, status, report, files: facts.files };
}
