import { type JsonObject, contentHash } from '../../kernel';

export type AuditEvent = 'asked' | 'approved' | 'rejected' | 'expired' | 'withdrawn' | 'claimed' | 'done' | 'approverAdded' | 'approverRemoved';

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

export type AuditCheck = { ok: true; entries: number } | { ok: false; entries: number; problem: string };

/** Checks lines in order, a piece at a time; what `expected` returns is known only after the last. */
export class AuditChecker {
  private previous: AuditHead = NO_ENTRIES;
  private problem: string | undefined;
  private seenIsThere: boolean;

  /** @param seen a line somebody noted down earlier, which must be there */
  constructor(private readonly seen?: AuditHead) {
    this.seenIsThere = seen === undefined;
  }

  take(entries: readonly AuditEntry[]): void {
    for (const entry of entries) {
      this.problem ??= problemOf(entry, this.previous);
      if (entry.sequence === this.seen?.sequence && entry.hash === this.seen.hash) this.seenIsThere = true;
      this.previous = { sequence: entry.sequence, hash: entry.hash };
    }
  }

  /** @param head as the store keeps it beside the log */
  result(head: AuditHead): AuditCheck {
    const { sequence } = this.previous;
    const problem = this.problem ?? (head.sequence !== sequence || head.hash !== this.previous.hash ? `the log ends at line ${sequence}, but ${head.sequence} lines were written` : undefined) ?? (this.seenIsThere ? undefined : `line ${this.seen!.sequence} is not the one you noted down`);
    return problem === undefined ? { ok: true, entries: sequence } : { ok: false, entries: sequence, problem };
  }
}

function problemOf({ hash, ...entry }: AuditEntry, previous: AuditHead): string | undefined {
  if (entry.sequence !== previous.sequence + 1) return `line ${previous.sequence + 1} is missing`;
  if (entry.previousHash !== previous.hash) return `line ${entry.sequence} does not follow from the line before it`;
  return contentHash(entry) === hash ? undefined : `line ${entry.sequence} was changed`;
}
