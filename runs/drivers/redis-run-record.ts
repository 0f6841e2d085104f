import type { ErrorFacts } from '../../kernel';
import type { Plan, Result, Verdict } from '../contracts';
import type { RunLimits, RunStatus } from '../run';
import type { RescueNotes } from '../rescue';
import { type RunRecord, refusedOf, refusedText } from '../run-record';
import type { AttemptRecord } from '../run-state';
import type { TaskProgress } from '../task-transitions';

type Fields = Record<string, string>;

/** A run as the fields of a Redis hash; what is not there yet is an empty text. */
export function recordFields({ run, lease, progress, rescue }: RunRecord): Fields {
  return {
    goal: run.goal,
    title: run.title,
    status: run.status,
    limits: JSON.stringify(run.limits),
    workflowId: run.workflowId ?? '',
    project: run.project ?? '',
    submittedBy: run.submittedBy ?? '',
    plan: asJson(run.plan),
    report: asJson(run.report),
    error: asJson(run.error),
    bornAtMs: String(run.createdAtMs),
    updatedAtMs: String(run.updatedAtMs),
    owner: lease.owner ?? '',
    fence: String(lease.fence),
    untilMs: String(lease.untilMs),
    refused: refusedText(lease.refused),
    rescue: asJson(rescue),
    progress: JSON.stringify([...progress]),
  };
}

/** Fields and values, one after the other, that differ. The plan is compared by its object: it is large and never replaced. */
export function changedFields(before: RunRecord, after: RunRecord): string[] {
  const earlier = recordFields({ ...before, run: { ...before.run, plan: undefined } });
  const isSamePlan = before.run.plan === after.run.plan;
  const later = recordFields(isSamePlan ? { ...after, run: { ...after.run, plan: undefined } } : after);
  return Object.entries(later).filter(([name, value]) => earlier[name] !== value).flat();
}

/** @param flat fields and values, one after the other, as a script answers a hash */
export function fieldsOf(flat: readonly string[]): Fields {
  return Object.fromEntries(flat.flatMap((name, index) => (index % 2 === 0 ? [[name, flat[index + 1]!]] : [])));
}

export function recordOf(runId: string, fields: Fields): RunRecord {
  return {
    run: {
      id: runId,
      goal: fields.goal!,
      title: fields.title!,
      status: fields.status as RunStatus,
      limits: JSON.parse(fields.limits!) as RunLimits,
      workflowId: fields.workflowId || undefined,
      project: fields.project || undefined,
      submittedBy: fields.submittedBy || undefined,
      plan: fromJson<Plan>(fields.plan),
      report: fromJson<string>(fields.report),
      error: fromJson<ErrorFacts>(fields.error),
      createdAtMs: Number(fields.bornAtMs),
      updatedAtMs: Number(fields.updatedAtMs),
    },
    lease: { owner: fields.owner || undefined, fence: Number(fields.fence), untilMs: Number(fields.untilMs), refused: refusedOf(fields.refused) },
    progress: new Map(JSON.parse(fields.progress!) as Array<[string, TaskProgress]>),
    rescue: fromJson<RescueNotes>(fields.rescue),
  };
}

/** Results and verdicts lie in a hash beside the run, so that a change of the run neither reads nor writes them. */
export function attemptField(kind: 'result' | 'verdict', { taskId, attempt }: { taskId: string; attempt: number }): string {
  return `${kind}:${attempt}:${taskId}`;
}

export function attemptsOf(fields: Fields): AttemptRecord[] {
  return Object.entries(fields).map(([name, value]) => {
    const [, kind, attempt, taskId] = /^(result|verdict):(\d+):(.*)$/s.exec(name)!;
    const part = kind === 'result' ? { result: JSON.parse(value) as Result } : { verdict: JSON.parse(value) as Verdict };
    return { taskId: taskId!, attempt: Number(attempt), ...part };
  });
}

function asJson(value: unknown): string {
  return value === undefined ? '' : JSON.stringify(value);
}

function fromJson<T>(text: string | undefined): T | undefined {
  return text ? (JSON.parse(text) as T) : undefined;
}
