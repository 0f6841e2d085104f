import type { Clock, Logger, MakeId } from '../kernel';
import type { Ledger, OutcomeNotes } from '../router';
import type { Approvals, ControlStore, EventLog, JournalStore, RunStore } from '../runs';
import type { RunFiles } from '../workspace';
import type { AgentModel } from './agents';
import type { AgentMemory } from './remembered';

/** What the agents need from the rest of the house. */
export interface AgentDeps {
  /** The team's router: answers where no model is wired. */
  router: AgentModel;
  /** Calls of a wired model are booked here too; the router books its own. */
  ledger: Ledger;
  /** Is told what became of the router's answers, so that it can learn. */
  outcomes: Pick<OutcomeNotes, 'judge'>;
  runs: RunStore;
  /** What persons have paused and stopped. */
  controls: ControlStore;
  journalStore: JournalStore;
  events: EventLog;
  files: RunFiles;
  approvals: Approvals;
  memory: AgentMemory;
  clock: Clock;
  makeId: MakeId;
  log: Logger;
  /** Is n8n being shut down? Then a stop is no person's wish. */
  isHostEnding(): boolean;
  /** Default {@link DEFAULT_LEASE_MS}. */
  leaseMs?: number;
}

/** Long enough for a busy process to renew in time, short enough that a crashed run is soon free. */
export const DEFAULT_LEASE_MS = 30_000;
