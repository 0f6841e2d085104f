import type { CallGroup } from '../router';
import { prometheusText, type Metric, type Sample } from './prometheus';
import type { TeamStats } from './stats';

/** The figures for a monitoring system. Counters grow as long as the ledger keeps its calls: two years in SQLite, 90 days in Redis, after which they fall as old days leave. */
export function teamMetrics(stats: TeamStats): string {
  const { total: _total, ...runs } = stats.runs;
  const team = { team: stats.team };
  const counted = (label: string, counts: Record<string, number>): Sample[] => Object.entries(counts).map(([key, value]) => ({ labels: { ...team, [label]: key }, value }));
  const one = (value: number): Sample[] => [{ labels: team, value }];
  return prometheusText([
    { name: 'aios_runs', help: 'Runs the team remembers, by status.', type: 'gauge', samples: counted('status', runs) },
    { name: 'aios_tasks', help: 'Tasks of these runs, by how they went.', type: 'gauge', samples: counted('outcome', stats.tasks) },
    ...modelMetrics(stats),
    ...workflowMetrics(stats),
    { name: 'aios_saved_usd_total', help: 'What local calls would have cost on the reference cloud model.', type: 'counter', samples: one(stats.calls.savedUsd) },
    ...memoryMetrics(stats),
    { name: 'aios_store_bytes', help: 'Size of the team database.', type: 'gauge', samples: one(stats.storage.storeBytes) },
    { name: 'aios_run_files_bytes', help: 'Size of the files of all runs.', type: 'gauge', samples: one(stats.storage.fileBytes) },
    { name: 'aios_run_files', help: 'Files of all runs.', type: 'gauge', samples: one(stats.storage.files) },
  ]);
}

function memoryMetrics({ team, memory, recalls: { total, found, byAgents, given, givenPassed } }: TeamStats): Metric[] {
  const sample = (labels: Record<string, string>, value: number): Sample => ({ labels: { team, ...labels }, value });
  const recalls = (by: string, all: number, hits: number) => [sample({ by, found: 'true' }, hits), sample({ by, found: 'false' }, all - hits)];
  return [
    { name: 'aios_memory_items', help: 'What the team remembers, by kind.', type: 'gauge', samples: Object.entries(memory?.byKind ?? {}).map(([kind, count]) => sample({ kind }, count)) },
    { name: 'aios_memory_recalls_total', help: 'Recalls, by who asked and whether something was found.', type: 'counter', samples: [...recalls('agents', byAgents.total, byAgents.found), ...recalls('others', total - byAgents.total, found - byAgents.found)] },
    { name: 'aios_memory_given_total', help: 'Memories that stood in the prompt of judged work, by how it ended.', type: 'counter', samples: [sample({ outcome: 'passed' }, givenPassed), sample({ outcome: 'failed' }, given - givenPassed)] },
  ];
}

/** Each label value is a time series of its own for ever: the workflows that cost most are named, the others are one. */
const MOST_WORKFLOWS = 50;

function workflowMetrics({ team, byWorkflow }: TeamStats): Metric[] {
  const dearest = [...byWorkflow].sort((one, other) => other.costUsd - one.costUsd);
  const [named, others] = [dearest.slice(0, MOST_WORKFLOWS), dearest.slice(MOST_WORKFLOWS)];
  const samples = (value: (group: CallGroup) => number): Sample[] => [
    ...named.map((group) => ({ labels: { team, workflow: group.key }, value: value(group) })),
    ...(others.length > 0 ? [{ labels: { team, workflow: 'others' }, value: others.reduce((sum, group) => sum + value(group), 0) }] : []),
  ];
  return [
    { name: 'aios_workflow_model_calls_total', help: 'Calls of models by the id of the n8n workflow; empty outside any.', type: 'counter', samples: samples(({ localCalls, cloudCalls }) => localCalls + cloudCalls) },
    { name: 'aios_workflow_cost_usd_total', help: 'Cost of these calls whose price is known.', type: 'counter', samples: samples(({ costUsd }) => costUsd) },
  ];
}

function modelMetrics({ team, byModel }: TeamStats): Metric[] {
  const perModel = (value: (group: CallGroup) => number | null, labels: Record<string, string> = {}): Sample[] =>
    byModel.flatMap((group) => {
      const figure = value(group);
      return figure === null ? [] : [{ labels: { team, model: group.key, ...labels }, value: figure }];
    });
  const seconds = (ms: number | null) => (ms === null ? null : ms / 1_000);
  return [
    { name: 'aios_model_calls_total', help: 'Calls of models, local and cloud.', type: 'counter', samples: [...perModel(({ localCalls }) => localCalls || null, { local: 'true' }), ...perModel(({ cloudCalls }) => cloudCalls || null, { local: 'false' })] },
    { name: 'aios_model_call_failures_total', help: 'Calls that ended with an error; cancelled ones are none.', type: 'counter', samples: perModel(({ failures }) => failures) },
    { name: 'aios_model_tokens_total', help: 'Tokens as the providers counted them.', type: 'counter', samples: [...perModel(({ promptTokens }) => promptTokens, { kind: 'prompt' }), ...perModel(({ completionTokens }) => completionTokens, { kind: 'completion' })] },
    { name: 'aios_model_cost_usd_total', help: 'Cost of the calls whose price is known.', type: 'counter', samples: perModel(({ costUsd }) => costUsd) },
    { name: 'aios_model_unpriced_calls_total', help: 'Calls whose price nobody knows.', type: 'counter', samples: perModel(({ unpricedCalls }) => unpricedCalls) },
    { name: 'aios_model_call_median_seconds', help: 'Median duration of the calls that succeeded.', type: 'gauge', samples: perModel(({ medianDurationMs }) => seconds(medianDurationMs)) },
    { name: 'aios_model_call_p95_seconds', help: '95 of 100 calls that succeeded took no longer.', type: 'gauge', samples: perModel(({ p95DurationMs }) => seconds(p95DurationMs)) },
  ];
}
