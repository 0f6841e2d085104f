import type { Agents, FileGate } from '../agents';
import type { Insights } from '../insights';
import type { LogFacts } from '../kernel';
import type { Conversation, ConversationSettings, Embedder, Memory } from '../memory';
import type { Privacy } from '../privacy';
import type { Calibrator, Ledger, Router } from '../router';
import type { Approvals, Board, EventLog, RunStore, Steering, Sweeper } from '../runs';
import type { RunFiles, Workspaces } from '../workspace';
import type { Erasure } from './erase-user';
import type { HandOff, HandOffRequest } from './hand-off';

/** One team, wired: the doors nodes go through. */
export interface Team {
  readonly name: string;
  readonly router: Router;
  readonly ledger: Ledger;
  readonly calibrator: Calibrator;
  readonly runs: RunStore;
  readonly board: Board;
  readonly sweeper: Sweeper;
  readonly steering: Steering;
  readonly events: EventLog;
  readonly files: RunFiles;
  readonly workspaces: Workspaces;
  /** What a person must be asked about before files of a workspace are changed. */
  readonly fileGate: FileGate;
  /** To ask and to do what was approved; deciding is not among it. */
  readonly approvals: Approvals;
  readonly agents: Agents;
  readonly insights: Insights;
  readonly http: TeamHttpApi;
  readonly memory: TeamMemory;
}

/** What the team remembers, and all that is done with it. */
export interface TeamMemory extends Memory {
  /** The same memory, embedding with another model than the team's own. */
  embeddedBy(embedder: Embedder): Memory;
  /** @throws {InvalidInputError} when the package lacks something */
  handOff(request: HandOffRequest, signal: AbortSignal): Promise<HandOff>;
  readonly erasure: Erasure;
  /** @param summary `model`: the router is asked for one; `extract`: the beginnings of what was said @throws {InvalidInputError} */
  conversation(settings: ConversationSettings & { summary: 'extract' | 'model'; privacy: Privacy }, signal: AbortSignal): Conversation;
}

/** What the process around the team provides. */
export interface TeamHost {
  /** n8n's user folder (the one that holds `.n8n`). */
  userFolder: string;
  /** `process.env` of the host. */
  environment: Record<string, string | undefined>;
  log(level: 'debug' | 'info' | 'warn' | 'error', message: string, facts?: LogFacts): void;
}

export interface HttpRequest {
  /** Which webhook was called. */
  route: 'createTask' | 'readTask' | 'artifact' | 'events' | 'stats' | 'metrics' | 'approvals' | 'decideApproval' | 'approvalPage' | 'approvalForm' | 'control';
  authorization: string | undefined;
  idempotencyKey: string | undefined;
  contentType: string | undefined;
  /** The body's bytes, empty for GET. */
  body: Uint8Array;
  query: Record<string, string | undefined>;
  /** For links in answers, no trailing slash, for instance http://127.0.0.1:5678/webhook/aios */
  baseUrl: string;
  /** The template author's limits; a body can only narrow them. */
  limits: { maxBudgetUsd: number | null; minPrivacy: 'public' | 'internal' | 'secret' };
  /** The workflow that is started for a new goal. */
  workflowId: string | undefined;
  /** Sender's address, for the rate limit. */
  remoteAddress: string;
}

export interface HttpAnswer {
  status: number;
  contentType: string;
  headers: Record<string, string>;
  body: string | Uint8Array;
  /** Set when an execution must start: the item it starts with. */
  start?: { runId: string; goal: string };
  /** Set when an n8n execution waits for what was decided: called with POST, it looks at the decision. */
  wakeUrl?: string;
}

/** The team's HTTP interface as pure request → answer; never throws. */
export interface TeamHttpApi {
  answer(request: HttpRequest): Promise<HttpAnswer>;
}

/** A team in use; it stays open until everybody has released it. */
export interface TeamHandle {
  team: Team;
  release(): void;
}
