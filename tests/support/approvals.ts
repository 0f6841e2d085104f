import { planEditing } from '../../agents';
import { DEFAULT_POLICY, type ApprovalPolicy, type ApprovalStore, type ControlStore, type EventLog, type PersonDeskDeps, type RunStore, createApprovals, createPersonDesk, editedTaskWish, openSqliteApprovals, openSqliteControls } from '../../runs';
import type { Clock } from '../../kernel';
import type { Database } from '../../storage';
import type { RunFiles } from '../../workspace';
import { builtInRoles } from './built-in-roles';

interface Parts {
  runs: RunStore;
  controls: ControlStore;
  events: EventLog;
  files: RunFiles;
  /** Default: among the run's files alone. */
  keep?: PersonDeskDeps['keep'];
  policy?: ApprovalPolicy;
}

/** Approvals as the team wires them, over one database. */
export function approvalsOver({ database, clock, ...parts }: Omit<Parts, 'controls'> & { database: Database; clock: Clock }) {
  const { approvals: store, approvers } = openSqliteApprovals({ database, clock });
  return { approvers, ...approvalsIn(store, { ...parts, controls: openSqliteControls({ database, clock }) }) };
}

/** The same, whatever the store is made of. */
export function approvalsIn(store: ApprovalStore, { runs, controls, events, files, keep = keptAmong(files), policy = DEFAULT_POLICY }: Parts) {
  const { approvals, decisions } = createApprovals({ store, runs, events, policy, editRules: { plan: planEditing(() => builtInRoles), task: editedTaskWish } });
  return { store, approvals, decisions, desk: createPersonDesk({ approvals, runs, controls, events, keep }) };
}

function keptAmong(files: RunFiles): PersonDeskDeps['keep'] {
  return async (_state, { result }, assertStillHeld) => {
    for (const { path, content } of result?.artifacts ?? []) {
      await assertStillHeld();
      await files.write(result!.runId, path, content);
    }
  };
}
