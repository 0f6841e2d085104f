import type { JsonObject } from '../kernel';
import type { Privacy } from '../privacy';
import type { ModelReply, ModelRequest, Preset, RequestFacts, ToolSpec } from '../router';
import type { Approval, Plan, Result, RunLimits, Usage, Verdict } from '../runs';
import type { StoredFile } from '../workspace';
import type { PlanApprovalWish } from './plan-approval';

/** Whatever answers an agent: the team's router, or a chat model the user wired to the node. */
export interface AgentModel {
  complete(request: ModelRequest, signal: AbortSignal): Promise<ModelReply>;
}

/** A tool the user wired to the node, or a built-in one. */
export interface AgentTool extends ToolSpec {
  /** Does the author vouch that it stays on this machine? Secret items may use only such tools. */
  local: boolean;
  /** Each call waits for a person's yes to exactly this one. */
  needsPerson?: boolean;
  /** May a call be made again when n8n died in the middle of it? `byKey`: the other side knows it by its idempotency key. Unset: a person is asked. */
  repeat?: 'freely' | 'byKey';
  /**
   * @param idempotencyKey the same whenever this call of this task is made, in whatever attempt
   * @returns the result as text; thrown errors are told to the model as the tool's answer
   */
  run(args: JsonObject, signal: AbortSignal, idempotencyKey: string): Promise<string>;
}

/** What every agent operation is given beside its request. */
export interface AgentCall {
  /** Unset: the team's router. */
  model?: AgentModel;
  tools?: AgentTool[];
  preset?: Preset;
  /** How many tokens of each prompt may come from the memory of the team; 0: none, and nothing is remembered. Default 400. */
  memoryTokens?: number;
  /** The n8n workflow at work. */
  workflow?: RequestFacts['workflow'];
  /** Holder of the run's lease: n8n's execution id. */
  owner: string;
  /** The workflow at work, when it carries a run from plan to report. */
  workflowId?: string;
  signal: AbortSignal;
  /** Tells a person who is watching what is going on; one short line. */
  say(line: string): void;
}

export interface PlanRequest extends PlanApprovalWish {
  /** A run that was created before (HTTP); unset: a new one is created. */
  runId?: string;
  /** Needed when `runId` is unset. */
  goal?: string;
  /** What the run belongs to. */
  project?: string;
  limits?: Partial<RunLimits>;
  /** 1..30, default 30. */
  maxTasks?: number;
}

export interface TaskKey {
  runId: string;
  taskId: string;
  attempt: number;
}

export interface WorkRequest {
  /** A task the board handed out; unset: the `goal` is done as a run of one task. */
  task?: TaskKey;
  goal?: string;
  /** Overrides the plan's role; needed without a plan. */
  role?: string;
  privacy?: Privacy;
}

/** Every answer says which model spoke and what it cost. */
export interface Spoken {
  role: string;
  model: string;
  usage: Usage;
}

export interface ReportOutcome extends Spoken {
  runId: string;
  status: 'waiting' | 'done' | 'failed' | 'stopped';
  report: string;
  files: StoredFile[];
}

/** The team at work. Every operation holds the run's lease while it lasts, journals its model calls and emits events. */
export interface Agents {
  /**
   * `approval` is there while the plan waits for a person: the run is then `waiting` and has no plan yet.
   * @throws {InvalidPlanError} when no valid plan came after re-asking; the run is then `failed`
   * @throws {GivenUpError} when a person rejected the plan or nobody decided; the run is then `failed`
   */
  plan(request: PlanRequest, call: AgentCall): Promise<Spoken & { plan: Plan; approval?: Approval }>;
  work(request: WorkRequest, call: AgentCall): Promise<Spoken & { result: Result }>;
  review(key: TaskKey, call: AgentCall): Promise<Spoken & { verdict: Verdict }>;
  /** Writes the report, ends the run and lists its files. */
  report(runId: string, call: AgentCall): Promise<ReportOutcome>;
  /** Names and one-line descriptions, for a list in the editor. */
  roles(): Array<{ name: string; title: string; description: string }>;
}
