import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { agentMemory, type AgentMemory, createAgents, executorOf, openWebPages, resultKeeper, watchRoles, type AgentCall, type AgentModel, type Agents, type Executor } from '../../agents';
import { makeId, silentLogger, systemClock } from '../../kernel';
import { createMemory, openSqliteMemory, type Memory } from '../../memory';
import { openSandbox } from '../../skills';
import { createBoard, createSteering, type Approvals, type ApprovalStore, type Decisions, openSqliteControls, openSqliteEventLog, openSqliteJournalStore, openSqliteRunStore, type Board, type ControlStore, type EventLog, type JournalStore, type RunStore, type Steering } from '../../runs';
import { OutcomeNotes, openSqliteLedger, openSqliteOutcomeLog, type Ledger } from '../../router';
import { openSqlite, type Database } from '../../storage';
import { openLocalFileStores, openLocalRunFiles, openWorkspaces, type FileStores, type RunFiles, type Workspaces } from '../../workspace';
import { approvalsOver } from '../support/approvals';
import { fakeClock, type FakeClock } from '../support/fake-clock';

export interface TestTeam {
  agents: Agents;
  runs: RunStore;
  controls: ControlStore;
  /** Set by a test in which n8n shuts down, or in which models hold little. */
  host: { isEnding: boolean; windowTokens: number };
  board: Board;
  /** Of the team; its roles lie in `roles/`. */
  folder: string;
  events: EventLog;
  files: RunFiles;
  steering: Steering;
  workspaces: Workspaces;
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

/** The agents over real SQLite stores and a real folder, or what is `kept` elsewhere; only the model is scripted. */
export function openTestTeam(model: AgentModel, executor: Executor = executorOf({}), kept: { files?: RunFiles; projects?: FileStores } = {}): TestTeam {
  const folder = mkdtempSync(join(tmpdir(), 'aios-agents-'));
  const database = openSqlite(join(folder, 'team.db'));
  const clock = fakeClock();
  const runs = openSqliteRunStore({ database, clock, makeId });
  const events = openSqliteEventLog({ database, clock });
  const journalStore = openSqliteJournalStore({ database, clock });
  const files = kept.files ?? openLocalRunFiles(join(folder, 'files'));
  const workspaces = openWorkspaces({ stores: kept.projects ?? openLocalFileStores(join(folder, 'workspaces'), systemClock), clock });
  const ledger = openSqliteLedger(database, clock);
  const outcomes = new OutcomeNotes(openSqliteOutcomeLog(database, clock), clock, silentLogger);
  const roles = watchRoles({ folder, clock, log: silentLogger });
  const { approvals, decisions, desk, store: approvalStore } = approvalsOver({ database, clock, runs, events, files, keep: resultKeeper({ files, workspaces, journalStore, roles }) });
  const controls = openSqliteControls({ database, clock });
  const memory = createMemory({ store: openSqliteMemory({ database, clock }), embedder: async () => undefined, estimateTokens: (text) => Math.ceil(text.length / 4), clock, makeId, log: silentLogger });
  const host = { isEnding: false, windowTokens: 8_192 };
  const said: string[] = [];
  const agentsWith = (router: AgentModel, more: Partial<Pick<TestTeam, 'journalStore' | 'approvals'>> & { memory?: AgentMemory } = {}) => createAgents({ router, ledger, outcomes, roles, runs, controls, isHostEnding: () => host.isEnding, windowTokens: async () => host.windowTokens, journalStore, events, files, workspaces, sandbox: openSandbox(), executor, approvals, memory: agentMemory(memory, silentLogger), web: { pages: openWebPages() }, clock, makeId, log: silentLogger, ...more });
  return {
    agents: agentsWith(model),
    runs, controls, host, steering: createSteering({ runs, controls, approvals, desk, events, log: silentLogger }), events, files, workspaces, approvals, decisions, approvalStore, ledger, outcomes, clock, journalStore, memory, database, said,
    folder,
    board: createBoard({ runs, events, desk, leaseMs: 30_000 }),
    call: (more) => ({ owner: 'execution-1', signal: new AbortController().signal, say: (line) => void said.push(line), ...more }),
    withModel: agentsWith,
    close() {
      if (database.isOpen) database.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
