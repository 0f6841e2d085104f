import type { EventLog, RunEvent, RunState, TaskState, Usage } from '../runs';
import type { StoredFile } from '../workspace';
import { NO_USAGE, sumUsd } from './usage';

export type ReportStatus = 'waiting' | 'done' | 'failed' | 'stopped';

/** Everything a report says that no model has to be asked for. */
export interface ReportFacts {
  state: RunState;
  status: ReportStatus;
  files: StoredFile[];
  /** Of all model calls of the run, refused attempts, planning and QA included. */
  usage: Usage;
  /** Calls whose price nobody knows. */
  unpricedCalls: number;
  models: string[];
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

/** The run's model calls, added up from its event log. */
export async function spending(events: EventLog, runId: string): Promise<Pick<ReportFacts, 'usage' | 'unpricedCalls' | 'models'>> {
  let usage = NO_USAGE;
  let unpricedCalls = 0;
  const models = new Set<string>();
  for await (const { facts } of modelCalls(events, runId)) {
    usage = withCall(usage, facts);
    if (facts.costUsd === null) unpricedCalls++;
    models.add(String(facts.model));
  }
  return { usage, unpricedCalls, models: [...models].sort() };
}

async function* modelCalls(events: EventLog, runId: string): AsyncGenerator<RunEvent> {
  for (let after = 0; ; ) {
    const page = await events.after(runId, after, EVENTS_PER_PAGE);
    yield* page.filter((event) => event.type === 'model.called');
    if (page.length < EVENTS_PER_PAGE) return;
    after = page.at(-1)!.sequence;
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
