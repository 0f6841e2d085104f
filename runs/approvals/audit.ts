import { type JsonObject, contentHash } from '../../kernel';
import type { Approval } from './approval';
import { type Approver, personKey } from './approvers';
import { entrySchema } from './audit-entry';

/** How long a line is kept. */
export const AUDIT_LIFETIME_MS = 365 * 24 * 60 * 60 * 1_000;

/** `unreadable`: what stands in the place of a line that is none; never written. `shortened`: lines whose time was over are gone. */
export type AuditEvent = 'unreadable' | 'asked' | 'approved' | 'rejected' | 'expired' | 'withdrawn' | 'claimed' | 'done' | 'approverAdded' | 'approverRemoved' | 'shortened';

/** What happened, before it has its place in the log. */
export interface AuditFact {
  event: AuditEvent;
  /** Absent for what is about approvers. */
  approvalId?: string;
  by: string;
  actionHash?: string;
  facts: JsonObject;
}

/** One line of the audit log. It holds the hash of the line before, so that none can be changed, taken out or put in unseen. */
export interface AuditEntry extends AuditFact {
  /** 1 for the first, without gaps. */
  sequence: number;
  atMs: number;
  previousHash: string;
  /** Of everything above. */
  hash: string;
}

/** The last line: whoever noted it down can tell whether the log was cut or written anew. */
export interface AuditHead {
  sequence: number;
  hash: string;
}

export const NO_ENTRIES: AuditHead = { sequence: 0, hash: '0'.repeat(64) };

export function chained(fact: AuditFact, head: AuditHead, atMs: number): AuditEntry {
  const entry = { ...fact, sequence: head.sequence + 1, atMs, previousHash: head.hash };
  return { ...entry, hash: contentHash(entry) };
}

/** As it was stored. What is no line of ours any more stands in its place as `unreadable`, so that the rest can still be read. @param place 1 for the first line */
export function storedEntry(text: string, place: number): AuditEntry {
  const read = entrySchema.safeParse(jsonOrUndefined(text));
  return read.success ? read.data : { event: 'unreadable', by: '', facts: { text }, sequence: place, atMs: 0, previousHash: '', hash: '' };
}

function jsonOrUndefined(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** What is known from elsewhere and must stand in the log. */
export interface AuditWitnesses {
  /** A line somebody noted down earlier. */
  seen?: AuditHead;
  /** As stored, read before the log is. */
  approvals?: readonly Approval[];
  approvers?: readonly Approver[];
  /** The time of now, by which the first line may be another than line 1; left out: the log was never shortened. */
  nowMs?: number;
}

export type AuditCheck = { ok: true; entries: number } | { ok: false; entries: number; problem: string };

/** Checks lines in order, a piece at a time; what `expected` returns is known only after the last. */
export class AuditChecker {
  private previous: AuditHead = NO_ENTRIES;
  private problem: string | undefined;
  private first: AuditEntry | undefined;
  private seenIsThere: boolean;
  /** Lines that must still come, with what to say when they do not. */
  private readonly missing: Map<string, string>;

  constructor(private readonly witnesses: AuditWitnesses = {}) {
    this.seenIsThere = witnesses.seen === undefined;
    this.missing = expectedLines(witnesses);
  }

  take(entries: readonly AuditEntry[]): void {
    for (const entry of entries) {
      this.first ??= this.begunWith(entry);
      this.problem ??= problemOf(entry, this.previous);
      const { seen } = this.witnesses;
      if (entry.sequence === seen?.sequence && entry.hash === seen.hash) this.seenIsThere = true;
      for (const key of lineKeys(entry)) this.missing.delete(key);
      this.previous = { sequence: entry.sequence, hash: entry.hash };
    }
  }

  /** What was before an old line has had its time; its own age is part of its hash. */
  private begunWith(entry: AuditEntry): AuditEntry {
    const { nowMs = 0 } = this.witnesses;
    if (entry.sequence > 1 && entry.atMs <= nowMs - AUDIT_LIFETIME_MS) this.previous = { sequence: entry.sequence - 1, hash: entry.previousHash };
    return entry;
  }

  private notSeen({ sequence }: AuditHead): string {
    if (this.first !== undefined && sequence < this.first.sequence) return `line ${sequence}, which you noted down, is not kept any more: the log begins with line ${this.first.sequence} of ${new Date(this.first.atMs).toISOString().slice(0, 10)}`;
    return `line ${sequence} is not the one you noted down`;
  }

  /** @param head as the store keeps it beside the log */
  result(head: AuditHead): AuditCheck {
    const { sequence } = this.previous;
    const endsEarly = head.sequence !== sequence || head.hash !== this.previous.hash;
    const problem =
      this.problem ??
      (endsEarly ? `the log ends at line ${sequence}, but ${head.sequence} ${head.sequence === 1 ? 'line was' : 'lines were'} written` : undefined) ??
      (this.seenIsThere ? undefined : this.notSeen(this.witnesses.seen!)) ??
      [...this.missing.values()][0];
    const entries = sequence - (this.first?.sequence ?? 1) + 1;
    return problem === undefined ? { ok: true, entries } : { ok: false, entries, problem };
  }
}

/** A log that was cut together with its end, or a yes that was written into the store by hand: what is stored has left lines that are not there. */
function expectedLines({ approvals = [], approvers = [] }: AuditWitnesses): Map<string, string> {
  const lines = new Map<string, string>();
  const expect = (line: Pick<AuditEntry, 'event' | 'approvalId' | 'by' | 'actionHash'>, problem: string) => lines.set(lineKey({ facts: {}, ...line }), problem);
  for (const { id, status, askedBy, asked, hash, decision, executor } of approvals) {
    const missing = (what: string) => `approval ${id} ${what}, and no line says so`;
    expect({ event: 'asked', approvalId: id, by: askedBy, actionHash: contentHash(asked) }, missing('was asked'));
    if (decision) expect({ event: decision.decision === 'approve' ? 'approved' : 'rejected', approvalId: id, by: decision.by, actionHash: hash }, missing(`was ${decision.decision === 'approve' ? 'approved' : 'rejected'} by ${decision.by}`));
    if (executor !== undefined) expect({ event: 'claimed', approvalId: id, by: executor, actionHash: hash }, missing(`was claimed by ${executor}`));
    if (status === 'done') expect({ event: 'done', approvalId: id, by: executor ?? '', actionHash: hash }, missing('was done'));
  }
  for (const { name, from } of approvers) if (from === undefined) lines.set(lineKey({ event: 'approverAdded', by: '', facts: { name } }), `${name} is an approver, and no line says so`);
  return lines;
}

/** A line that tells of those before it speaks for them. */
function lineKeys(entry: AuditEntry): string[] {
  if (entry.event !== 'shortened' || !Array.isArray(entry.facts.approvers)) return [lineKey(entry)];
  return entry.facts.approvers.map((name) => lineKey({ event: 'approverAdded', by: '', facts: { name } }));
}

function lineKey({ event, approvalId, by, actionHash, facts }: AuditFact): string {
  return event === 'approverAdded' ? JSON.stringify([event, personKey(String(facts.name))]) : JSON.stringify([event, approvalId, by, actionHash]);
}

/** @returns what is wrong with a line behind this one */
export function problemOf({ hash, ...entry }: AuditEntry, previous: AuditHead): string | undefined {
  if (entry.event === 'unreadable') return `line ${previous.sequence + 1} is no line of the log: ${JSON.stringify(String(entry.facts.text).slice(0, 60))}`;
  if (entry.sequence !== previous.sequence + 1) return `line ${previous.sequence + 1} is missing`;
  if (entry.previousHash !== previous.hash) return `line ${entry.sequence} does not follow from the line before it`;
  return contentHash(entry) === hash ? undefined : `line ${entry.sequence} was changed`;
}
