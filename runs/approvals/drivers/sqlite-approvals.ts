import type { Clock } from '../../../kernel';
import { type Database, inTransaction, migrate, translated } from '../../../storage';
import { DEFAULT_TTL_MS } from '../../lifetime';
import { type Approval, MAX_OPEN_APPROVALS } from '../approval';
import { type ApprovalStore, assertApprovalLimit, assertAuditLimit, matches } from '../approval-store';
import { type ApproverStore, personKey } from '../approvers';
import { AUDIT_LIFETIME_MS, type AuditEntry, type AuditFact, type AuditHead, NO_ENTRIES, chained, storedEntry } from '../audit';
import { SHORTENED_AT_ONCE, mayBeShortened, shortening } from '../audit-lifetime';
import { ApprovalNotFoundError, ApproverExistsError, TooManyApprovalsError } from '../errors';
import { type Change, asOf, asking, askingAgain, claiming, deciding, expiring, finishing, withdrawing } from '../transitions';

export interface SqliteApprovalsOptions {
  database: Database;
  clock: Clock;
}

// The triggers keep the log append-only, for as long as its lines live, for everybody who goes through SQL; the chain shows what goes around it.
const STEPS = [
  `
  CREATE TABLE approvals (
    id TEXT PRIMARY KEY,
    status TEXT NOT NULL,
    run_id TEXT,
    record TEXT NOT NULL,
    created_at_ms INTEGER NOT NULL,
    expires_at_ms INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX approvals_by_age ON approvals (created_at_ms);
  CREATE INDEX approvals_by_status ON approvals (status, expires_at_ms);
  CREATE INDEX approvals_by_run ON approvals (run_id);

  CREATE TABLE approvers (name TEXT PRIMARY KEY COLLATE NOCASE, token_hash TEXT NOT NULL, added_at_ms INTEGER NOT NULL) STRICT;

  CREATE TABLE audit (sequence INTEGER PRIMARY KEY, hash TEXT NOT NULL, entry TEXT NOT NULL) STRICT;
  CREATE TABLE audit_head (only_row INTEGER PRIMARY KEY CHECK (only_row = 1), sequence INTEGER NOT NULL, hash TEXT NOT NULL) STRICT;
  CREATE TRIGGER audit_is_never_changed BEFORE UPDATE ON audit BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END;
  CREATE TRIGGER audit_is_never_cut BEFORE DELETE ON audit BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END;
  `,
  `
  DROP TRIGGER audit_is_never_cut;
  CREATE TRIGGER audit_is_never_cut BEFORE DELETE ON audit
  WHEN json_extract(OLD.entry, '$.atMs') > (SELECT json_extract(entry, '$.atMs') FROM audit ORDER BY sequence DESC LIMIT 1) - ${AUDIT_LIFETIME_MS}
  BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END;
  `,
];

/** Approvals, approvers and the audit log in the team's SQLite file. */
export function openSqliteApprovals({ database, clock }: SqliteApprovalsOptions): { approvals: ApprovalStore; approvers: ApproverStore } {
  migrate(database, 'approvals', STEPS);
  removeOld(database, clock.nowMs());

  /** Reads, changes and writes in one transaction, the line of the log with it. */
  const change = (id: string, work: (before: Approval, nowMs: number) => Change | undefined): Approval =>
    inTransaction(database, () => {
      const before = readApproval(database, id);
      const made = work(before, clock.nowMs());
      if (made) write(database, made, clock.nowMs());
      return made?.approval ?? before;
    });

  const approvals: ApprovalStore = {
    ask: async (asked) =>
      inTransaction(database, () => {
        const made = asking(asked, clock.nowMs());
        const known = findApproval(database, made.approval.id);
        const change = known ? askingAgain(known, asked, clock.nowMs()) : made;
        if (known && !change) return { approval: asOf(known, clock.nowMs()), created: false };
        if (countOpen(database, clock.nowMs()) >= MAX_OPEN_APPROVALS) throw new TooManyApprovalsError(MAX_OPEN_APPROVALS);
        write(database, change!, clock.nowMs());
        return { approval: change!.approval, created: true };
      }),

    read: async (id) => translated(() => asOf(readApproval(database, id), clock.nowMs())),

    async list(filter) {
      assertApprovalLimit(filter.limit);
      return translated(() => listed(database, filter, clock.nowMs()));
    },

    decide: async (decide) => change(decide.id, (before, nowMs) => deciding(before, decide, nowMs)),
    withdraw: async (id, by) => change(id, (before, nowMs) => withdrawing(before, by, nowMs)),
    claim: async (claim) => change(claim.id, (before, nowMs) => claiming(before, claim, nowMs)),
    finish: async (id, executor) => change(id, (before) => finishing(before, executor)),

    async expireDue(limit) {
      assertApprovalLimit(limit);
      shortenAudit(database, clock.nowMs());
      const due = translated(() => database.prepare(`SELECT id FROM approvals WHERE status IN ('open', 'approved') AND expires_at_ms <= ? LIMIT ?`).all(clock.nowMs(), limit));
      // Another process may have been quicker with some of them.
      return due.map(({ id }) => change(String(id), expiring)).filter(({ status }) => status === 'expired');
    },

    async audit(after, limit) {
      assertAuditLimit(limit);
      // Of one moment: a line that comes between the two would look like one that is missing.
      return inTransaction(database, () => {
        const { entries, last } = auditLines(database, after, limit);
        return { entries, last, head: auditHead(database) };
      });
    },
  };
  return { approvals, approvers: sqliteApprovers(database, clock) };
}

function sqliteApprovers(database: Database, clock: Clock): ApproverStore {
  return {
    list: async () =>
      translated(() => database.prepare('SELECT * FROM approvers ORDER BY name').all().map((row) => ({ name: String(row.name), tokenHash: String(row.token_hash), addedAtMs: Number(row.added_at_ms) }))),

    add: async (name, tokenHash) =>
      inTransaction(database, () => {
        if (storedName(database, name) !== undefined) throw new ApproverExistsError(name);
        database.prepare('INSERT INTO approvers (name, token_hash, added_at_ms) VALUES (?, ?, ?)').run(name, tokenHash, clock.nowMs());
        append(database, { event: 'approverAdded', by: 'command line', facts: { name } }, clock.nowMs());
      }),

    remove: async (name) =>
      inTransaction(database, () => {
        const stored = storedName(database, name);
        if (stored === undefined) return false;
        database.prepare('DELETE FROM approvers WHERE name = ?').run(stored);
        append(database, { event: 'approverRemoved', by: 'command line', facts: { name } }, clock.nowMs());
        return true;
      }),
  };
}

/** As it was added; SQL knows case only of ASCII letters. */
function storedName(database: Database, name: string): string | undefined {
  const names = database.prepare('SELECT name FROM approvers').all().map((row) => String(row.name));
  return names.find((stored) => personKey(stored) === personKey(name));
}

function findApproval(database: Database, id: string): Approval | undefined {
  const row = database.prepare('SELECT record FROM approvals WHERE id = ?').get(id);
  return row && (JSON.parse(String(row.record)) as Approval);
}

/** @throws {ApprovalNotFoundError} */
function readApproval(database: Database, id: string): Approval {
  const found = findApproval(database, id);
  if (!found) throw new ApprovalNotFoundError(id);
  return found;
}

function listed(database: Database, filter: Parameters<ApprovalStore['list']>[0], nowMs: number): Approval[] {
  // What time has ended is open in the table until somebody writes it down, so the status is judged here.
  const rows = database.prepare('SELECT record FROM approvals WHERE run_id IS COALESCE(?, run_id) ORDER BY created_at_ms DESC, id').iterate(filter.runId ?? null);
  const found: Approval[] = [];
  for (const { record } of rows) {
    const approval = asOf(JSON.parse(String(record)) as Approval, nowMs);
    if (matches(filter, approval)) found.push(approval);
    if (found.length === filter.limit) break;
  }
  return found;
}

function countOpen(database: Database, nowMs: number): number {
  return Number(database.prepare(`SELECT COUNT(*) AS open FROM approvals WHERE status = 'open' AND expires_at_ms > ?`).get(nowMs)!.open);
}

function write(database: Database, { approval, fact }: Change, nowMs: number): void {
  database.prepare(
    `INSERT INTO approvals (id, status, run_id, record, created_at_ms, expires_at_ms) VALUES (?, ?, ?, ?, ?, ?)
     ON CONFLICT (id) DO UPDATE SET status = excluded.status, record = excluded.record, expires_at_ms = excluded.expires_at_ms`,
  ).run(approval.id, approval.status, approval.action.runId ?? null, JSON.stringify(approval), approval.createdAtMs, approval.expiresAtMs);
  append(database, fact, nowMs);
}

function append(database: Database, fact: AuditFact, nowMs: number): void {
  const entry = chained(fact, auditHead(database), nowMs);
  database.prepare('INSERT INTO audit (sequence, hash, entry) VALUES (?, ?, ?)').run(entry.sequence, entry.hash, JSON.stringify(entry));
  database.prepare('INSERT INTO audit_head (only_row, sequence, hash) VALUES (1, ?, ?) ON CONFLICT (only_row) DO UPDATE SET sequence = excluded.sequence, hash = excluded.hash').run(entry.sequence, entry.hash);
}

function auditHead(database: Database): AuditHead {
  const row = database.prepare('SELECT sequence, hash FROM audit_head').get();
  return row ? { sequence: Number(row.sequence), hash: String(row.hash) } : NO_ENTRIES;
}

function auditLines(database: Database, after: number, limit: number): { entries: AuditEntry[]; last: number } {
  const rows = database.prepare('SELECT sequence, entry FROM audit WHERE sequence > ? ORDER BY sequence LIMIT ?').all(after, limit);
  return { entries: rows.map(({ sequence, entry }) => storedEntry(String(entry), Number(sequence))), last: Number(rows.at(-1)?.sequence ?? after) };
}

function shortenAudit(database: Database, nowMs: number): void {
  // Nearly always there is nothing to do: that must not cost a write.
  if (!mayBeShortened(translated(() => auditLines(database, 0, 2)).entries[1], nowMs)) return;
  inTransaction(database, () => {
    const { entries } = auditLines(database, 0, SHORTENED_AT_ONCE);
    const due = shortening(entries, nowMs);
    if (!due) return;
    append(database, due.fact, nowMs);
    database.prepare('DELETE FROM audit WHERE sequence < ?').run(entries[due.count]!.sequence);
  });
}

/** Approvals die as runs do; the log of who decided what stays longer. */
function removeOld(database: Database, nowMs: number): void {
  inTransaction(database, () => database.prepare(`DELETE FROM approvals WHERE id IN (SELECT id FROM approvals WHERE created_at_ms <= ? LIMIT 500)`).run(nowMs - DEFAULT_TTL_MS));
}
