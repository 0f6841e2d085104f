import { editedPlan } from '../../agents';
import { DEFAULT_POLICY, type ApprovalPolicy, type EventLog, type RunStore, createApprovals, createPersonDesk, editedTaskWish, openSqliteApprovals } from '../../runs';
import type { Clock } from '../../kernel';
import type { Database } from '../../storage';
import type { RunFiles } from '../../workspace';

interface Parts {
  database: Database;
  clock: Clock;
  runs: RunStore;
  events: EventLog;
  files: RunFiles;
  policy?: ApprovalPolicy;
}

/** Approvals as the team wires them, over one database. */
export function approvalsOver({ database, clock, runs, events, files, policy = DEFAULT_POLICY }: Parts) {
  const { approvals: store, approvers } = openSqliteApprovals({ database, clock });
  const { approvals, decisions } = createApprovals({ store, events, policy, editRules: { plan: editedPlan, task: editedTaskWish } });
  return { store, approvers, approvals, decisions, desk: createPersonDesk({ approvals, runs, events, files }) };
}
