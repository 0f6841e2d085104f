import type { EventLog, RunEvent, RunState, TaskState, Usage } from '../runs';
import type { StoredFile } from '../workspace';
import { NO_USAGE, sumUsd } from './usage';

export type ReportStatus = 'waiting' | 'done' | 'failed' | 'stopped';

/** Everything a report says that no model has to be asked for. */
export interface ReportFacts extends Account {
  state: RunState;
  status: ReportStatus;
  files: StoredFile[];
}

export interface Account {
  /** Of all model calls of the run, refused attempts, planning and QA included. */
  usage: Usage;
  /** Calls whose price nobody knows. */
  unpricedCalls: number;
  models: string[];
  /** In the order in which they came in. */
  contributions: Contribution[];
  /** What did not work at once, oldest first, a sentence each. */
  setbacks: string[];
}

/** What one role did on one model. */
export interface Contribution {
  role: string;
  model: string;
  /** Empty: for the run as a whole, as plan and report are. */
  taskIds: string[];
  usage: Usage;
}

/** How a run stands when its report is asked for. Unfinished tasks make it stopped: a report ends the run, so it must not read as done. */
export function statusOf(state: RunState): ReportStatus {
  if (state.tasks.some((task) => task.status === 'needsPerson')) return 'waiting';
  if (!state.tasks.every(isThrough)) return 'stopped';
  // A plan of optional tasks that all failed is through, but nobody would call it done.
  return state.tasks.some((task) => task.status === 'passed') ? 'done' : 'failed';
}

export function isThrough({ status }: TaskState): boolean {
  return status === 'passed' || status === 'skipped';
}

const EVENTS_PER_PAGE = 1_000;
/** Setbacks that are named; a run of 30 tasks has 90 attempts at most. */
const MOST_SETBACKS = 100;

/** The run as its event log tells it: calls added up, who made them, and what did not work at once. */
export async function accountOf(events: EventLog, runId: string): Promise<Account> {
  const account: Account = { usage: NO_USAGE, unpricedCalls: 0, models: [], contributions: [], setbacks: [] };
  for await (const event of eventsOf(events, runId)) {
    if (event.type === 'model.called') countCall(account, event);
    else if (account.setbacks.length < MOST_SETBACKS) account.setbacks.push(...setbackIn(event));
  }
  account.models.sort();
  return account;
}

async function* eventsOf(events: EventLog, runId: string): AsyncGenerator<RunEvent> {
  for (let after = 0; ; ) {
    const page = await events.after(runId, after, EVENTS_PER_PAGE);
    yield* page;
    if (page.length < EVENTS_PER_PAGE) return;
    after = page.at(-1)!.sequence;
  }
}

function countCall(account: Account, { facts, taskId }: RunEvent): void {
  const [role, model] = [String(facts.role), String(facts.model)];
  account.usage = withCall(account.usage, facts);
  if (facts.costUsd === null) account.unpricedCalls++;
  if (!account.models.includes(model)) account.models.push(model);
  let own = account.contributions.find((other) => other.role === role && other.model === model);
  if (!own) account.contributions.push((own = { role, model, taskIds: [], usage: NO_USAGE }));
  own.usage = withCall(own.usage, facts);
  if (taskId !== undefined && !own.taskIds.includes(taskId)) own.taskIds.push(taskId);
}

/** What did not work at once, in words; the report's reader should not have to guess why a task took three attempts. */
function setbackIn({ type, taskId, facts }: RunEvent): string[] {
  switch (type) {
    case 'task.rework': return [facts.criteria === undefined ? `${taskId}: a person sent it back` : `${taskId}: QA sent attempt ${facts.attempt} back, ${facts.passed} of ${facts.criteria} criteria were met`];
    case 'task.failed': return [`${taskId}: attempt ${facts.attempt} came to nothing${typeof facts.reason === 'string' ? `: ${facts.reason}` : ''}`];
    case 'task.arbitrated': return [`${taskId}: two results were in conflict; the CTO chose "${facts.choice}"`];
    case 'run.restarted': return ['the run was started again after its n8n had died'];
    default: return [];
  }
}

function withCall(usage: Usage, facts: RunEvent['facts']): Usage {
  return {
    promptTokens: usage.promptTokens + Number(facts.promptTokens),
    completionTokens: usage.completionTokens + Number(facts.completionTokens),
    costUsd: sumUsd(usage.costUsd, facts.costUsd === null ? null : Number(facts.costUsd)),
    localCalls: usage.localCalls + (facts.local === true ? 1 : 0),
    cloudCalls: usage.cloudCalls + (facts.local === true ? 0 : 1),
  };
}
