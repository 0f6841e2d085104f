import type { JsonObject } from '../kernel';
import type { Privacy } from '../privacy';
import type { ModelReply, ModelRequest, Preset, RequestFacts, ToolSpec } from '../router';
import type { Approval, Artifact, Plan, Result, RunLimits, Usage, Verdict } from '../runs';
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
  /** Why this very call should wait for a person as a risky change of files, in a few words; undefined: it need not. The team's policy decides. */
  risk?(args: JsonObject): Promise<string | undefined>;
  /** May a call be made again when n8n died in the middle of it? `byKey`: the other side knows it by its idempotency key. Unset: a person is asked. */
  repeat?: 'freely' | 'byKey';
  /** May calls of one turn be under way together, as readings may? Unset: one after the other, in the model's order. */
  sideBySide?: boolean;
  /**
   * @param idempotencyKey the same whenever this call of this task is made, in whatever attempt
   * @param maxCharacters of the result that are shown to the model; what comes in parts comes in parts of this size
   * @returns the result as text; thrown errors are told to the model as the tool's answer
   */
  run(args: JsonObject, signal: AbortSignal, idempotencyKey: string, maxCharacters: number): Promise<string>;
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

export interface ChatRequest {
  /** What the person says now. */
  message: string;
  privacy?: Privacy;
  /** Times the CTO may ask back before it must decide itself, 0..10; default 3. */
  maxRounds?: number;
  memory?: ChatMemory;
}

/** One turn of a conversation about a goal. */
export interface ChatTurn {
  from: 'person' | 'team';
  text: string;
}

/** Where a conversation is kept between two executions. */
export interface ChatMemory {
  /** Does the author vouch that it stays on this machine? Secret conversations use only such a one. */
  local: boolean;
  /** Oldest first. @throws {ChatMemoryError} */
  read(): Promise<ChatTurn[]>;
  /** @throws {ChatMemoryError} */
  add(person: string, team: string): Promise<void>;
}

export interface ChatOutcome extends Spoken {
  status: 'asking' | 'ready';
  /** As it now stands; work on it is begun by whoever wants it, never here. */
  goal: string;
  /** For the person: questions and goal included. */
  reply: string;
  questions: string[];
  /** Times the CTO has asked back about this goal, this one included. */
  round: number;
  maxRounds: number;
}

/** One of two results that do not go together: an attempt's, or QA's judgement of one. */
export interface ConflictSide {
  label: string;
  taskId?: string;
  attempt?: number;
  summary: string;
  files: Artifact[];
}

export interface ArbitrateRequest {
  /** The run both belong to; unset: the ruling is not journaled. */
  runId?: string;
  /** What is wanted; a run's own goal goes before it. */
  goal?: string;
  privacy?: Privacy;
  sides: readonly [ConflictSide, ConflictSide];
}

/** What the CTO decided about two results in conflict. It changes no limit, no approval and no verdict. */
export interface Ruling {
  choice: 'first' | 'second' | 'merge' | 'rework';
  reason: string;
  /** Paths both have with different contents. */
  conflicts: string[];
  /** The files to go on with, whole; none for `rework`. */
  files: Artifact[];
  /** For `rework`: what the next attempt must do. */
  instructions?: string;
}

/** Every answer says which model spoke and what it cost. */
export interface Spoken {
  role: string;
  model: string;
  usage: Usage;
}

export interface ReportOutcome extends Spoken {
  runId: string;
  /** Whose files they are as well, when the run has one. */
  project?: string;
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
  /** Talks about a goal until it is clear. Creates no run and starts no work. */
  chat(request: ChatRequest, call: AgentCall): Promise<ChatOutcome>;
  /** Decides between two results. Within a run it is journaled: asked again, the same question has the same ruling. */
  arbitrate(request: ArbitrateRequest, call: AgentCall): Promise<Spoken & { ruling: Ruling }>;
  /** Names and one-line descriptions, for a list in the editor. */
  roles(): Promise<Array<{ name: string; title: string; description: string }>>;
}
