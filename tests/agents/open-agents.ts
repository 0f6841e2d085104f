import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { agentMemory, type AgentMemory, createAgents, type AgentCall, type AgentModel, type Agents } from '../../agents';
import { makeId, silentLogger } from '../../kernel';
import { createMemory, openSqliteMemory, type Memory } from '../../memory';
import { createBoard, type Approvals, type ApprovalStore, type Decisions, openSqliteControls, openSqliteEventLog, openSqliteJournalStore, openSqliteRunStore, type Board, type ControlStore, type EventLog, type JournalStore, type RunStore } from '../../runs';
import { OutcomeNotes, openSqliteLedger, openSqliteOutcomeLog, type Ledger } from '../../router';
import { openSqlite, type Database } from '../../storage';
import { openLocalRunFiles, type RunFiles } from '../../workspace';
import { approvalsOver } from '../support/approvals';
import { fakeClock, type FakeClock } from '../support/fake-clock';

export interface TestTeam {
  agents: Agents;
  runs: RunStore;
  controls: ControlStore;
  /** Set by a test in which n8n shuts down. */
  host: { isEnding: boolean };
  board: Board;
  events: EventLog;
  files: RunFiles;
  approvals: Approvals;
  decisions: Decisions;
  approvalStore: ApprovalStore;
  ledger: Ledger;
  outcomes: OutcomeNotes;
  clock: FakeClock;
  journalStore: JournalStore;
  memory: Memory;
  database: Database;
  /** Lines said to the person watching. */
  said: string[];
  call(more?: Partial<AgentCall>): AgentCall;
  /** The same stores with another model, as after a restart. */
  withModel(model: AgentModel, more?: { journalStore?: JournalStore; approvals?: Approvals; memory?: AgentMemory }): Agents;
  close(): void;
}

/** The agents over real SQLite stores and a real folder; only the model is scripted. */
export function openTestTeam(model: AgentModel): TestTeam {
  const folder = mkdtempSync(join(tmpdir(), 'aios-agents-'));
  const database = openSqlite(join(folder, 'team.db'));
  const clock = fakeClock();
  const runs = openSqliteRunStore({ database, clock, makeId });
  const events = openSqliteEventLog({ database, clock });
  const journalStore = openSqliteJournalStore({ database, clock });
  const files = openLocalRunFiles(join(folder, 'files'));
  const ledger = openSqliteLedger(database, clock);
  const outcomes = new OutcomeNotes(openSqliteOutcomeLog(database, clock), clock, silentLogger);
  const { approvals, decisions, desk, store: approvalStore } = approvalsOver({ database, clock, runs, events, files });
  const controls = openSqliteControls({ database, clock });
  const memory = createMemory({ store: openSqliteMemory({ database, clock }), embedder: async () => undefined, estimateTokens: (text) => Math.ceil(text.length / 4), clock, makeId, log: silentLogger });
  const host = { isEnding: false };
  const said: string[] = [];
  const agentsWith = (router: AgentModel, more: Partial<Pick<TestTeam, 'journalStore' | 'approvals'>> & { memory?: AgentMemory } = {}) => createAgents({ router, ledger, outcomes, runs, controls, isHostEnding: () => host.isEnding, journalStore, events, files, approvals, memory: agentMemory(memory, silentLogger), clock, makeId, log: silentLogger, ...more });
  return {
    agents: agentsWith(model),
    runs, controls, host, events, files, approvals, decisions, approvalStore, ledger, outcomes, clock, journalStore, memory, database, said,
    board: createBoard({ runs, events, desk, leaseMs: 30_000 }),
    call: (more) => ({ owner: 'execution-1', signal: new AbortController().signal, say: (line) => void said.push(line), ...more }),
    withModel: agentsWith,
    close() {
      if (database.isOpen) database.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
