import type { Clock, Logger, MakeId } from '../kernel';
import type { Privacy } from '../privacy';
import type { Ledger, OutcomeNotes, Preset } from '../router';
import type { Approvals, ControlStore, EventLog, JournalStore, RunStore } from '../runs';
import type { Sandbox } from '../skills';
import type { RunFiles, Workspaces } from '../workspace';
import type { AgentModel } from './agents';
import type { Executor } from './checks/executor';
import type { AgentMemory } from './remembered';
import type { RoleRegistry } from './roles';
import type { WebPages, WebSearch } from './web/web';

/** What the agents need from the rest of the house. */
export interface AgentDeps {
  /** The team's router: answers where no model is wired. */
  router: AgentModel;
  /** Calls of a wired model are booked here too; the router books its own. */
  ledger: Ledger;
  /** Is told what became of the router's answers, so that it can learn. */
  outcomes: Pick<OutcomeNotes, 'judge'>;
  /** Who is in the team. */
  roles: RoleRegistry;
  runs: RunStore;
  /** What persons have paused and stopped. */
  controls: ControlStore;
  journalStore: JournalStore;
  events: EventLog;
  files: RunFiles;
  workspaces: Workspaces;
  /** Where models run code they have written. */
  sandbox: Sandbox;
  /** Where QA runs what was delivered. */
  executor: Executor;
  approvals: Approvals;
  memory: AgentMemory;
  /** What roles may ask the public web; without `search` they can read pages, but not look for them. */
  web: { pages: WebPages; search?: WebSearch };
  clock: Clock;
  makeId: MakeId;
  log: Logger;
  /** The smallest context, in tokens, among the models the router may ask; the least it can be when none can be named. */
  windowTokens(facts: { privacy: Privacy; role: string; preset?: Preset }, signal: AbortSignal): Promise<number>;
  /** Is n8n being shut down? Then a stop is no person's wish. */
  isHostEnding(): boolean;
  /** Default {@link DEFAULT_LEASE_MS}. */
  leaseMs?: number;
}

/** Long enough for a busy process to renew in time, short enough that a crashed run is soon free. */
export const DEFAULT_LEASE_MS = 30_000;
