import { randomUUID } from 'node:crypto';
import type { Clock } from '../../../kernel';
import type { RedisConnection } from '../../../storage';
import type { TeamKeys } from '../../drivers/redis-keys';
import { DEFAULT_TTL_MS } from '../../lifetime';
import { type Approval, MAX_OPEN_APPROVALS } from '../approval';
import { type ApprovalStore, assertApprovalLimit, assertAuditLimit, matches } from '../approval-store';
import { type Approver, type ApproverStore, personKey } from '../approvers';
import { type AuditHead, NO_ENTRIES, chained, storedEntry } from '../audit';
import { SHORTENED_AT_ONCE, mayBeShortened, shortening } from '../audit-lifetime';
import { ApprovalContendedError, ApprovalNotFoundError, ApproverExistsError, TooManyApprovalsError } from '../errors';
import { type Change, asOf, asking, askingAgain, claiming, deciding, expiring, finishing, withdrawing } from '../transitions';
import { READ_AUDIT, SHORTEN_AUDIT, WRITE_APPROVAL, WRITE_APPROVER } from './redis-approval-scripts';

export interface RedisApprovalsOptions {
  connection: RedisConnection;
  keys: TeamKeys;
  clock: Clock;
}

/** The log is one line of writers; each lost race is another's line, and people decide slowly. */
const MAX_TRIES = 300;
const DAY_MS = 24 * 60 * 60 * 1_000;
const PAGE = 200;

/** Approvals, approvers and the audit log in Redis: decided in TypeScript, written only if nothing changed since it was read (docs/decisions/0008). */
export function openRedisApprovals(options: RedisApprovalsOptions): { approvals: ApprovalStore; approvers: ApproverStore } {
  const { clock } = options;
  const change = async (id: string, work: (before: Approval, nowMs: number) => Change | undefined): Promise<Approval> =>
    await untilWritten(async () => {
      const text = await readText(options, id);
      if (text === '') throw new ApprovalNotFoundError(id);
      const before = JSON.parse(text) as Approval;
      const made = work(before, clock.nowMs());
      if (!made) return before;
      return (await write(options, text, made)) ? made.approval : undefined;
    });

  const approvals: ApprovalStore = {
    ask: async (asked) =>
      await untilWritten(async () => {
        const made = asking(asked, clock.nowMs());
        const text = await readText(options, made.approval.id);
        const known = text === '' ? undefined : (JSON.parse(text) as Approval);
        const change = known ? askingAgain(known, asked, clock.nowMs()) : made;
        if (known && !change) return { approval: asOf(known, clock.nowMs()), created: false };
        if ((await countOpen(options)) >= MAX_OPEN_APPROVALS) throw new TooManyApprovalsError(MAX_OPEN_APPROVALS);
        return (await write(options, text, change!)) ? { approval: change!.approval, created: true } : undefined;
      }),

    async read(id) {
      const text = await readText(options, id);
      if (text === '') throw new ApprovalNotFoundError(id);
      return asOf(JSON.parse(text) as Approval, clock.nowMs());
    },

    list: async (filter) => await list(options, filter),
    decide: async (decide) => await change(decide.id, (before, nowMs) => deciding(before, decide, nowMs)),
    withdraw: async (id, by) => await change(id, (before, nowMs) => withdrawing(before, by, nowMs)),
    claim: async (claim) => await change(claim.id, (before, nowMs) => claiming(before, claim, nowMs)),
    finish: async (id, executor) => await change(id, (before) => finishing(before, executor)),

    async expireDue(limit) {
      assertApprovalLimit(limit);
      await shortenAudit(options);
      const due = await options.connection.ask((redis) => redis.zrangebyscore(pendingKey(options), '-inf', clock.nowMs(), 'LIMIT', 0, limit));
      const ended: Approval[] = [];
      for (const id of due) ended.push(...(await change(id, expiring).then((approval) => [approval], unlessGone)));
      return ended.filter(({ status }) => status === 'expired');
    },

    async audit(after, limit) {
      assertAuditLimit(limit);
      return await readAudit(options, after, limit);
    },
  };
  return { approvals, approvers: redisApprovers(options) };
}

function redisApprovers(options: RedisApprovalsOptions): ApproverStore {
  const { connection, keys, clock } = options;
  const writeApprover = async (work: 'add' | 'remove', approver: Approver): Promise<boolean> =>
    (await untilWritten(async () => {
      const head = await readHead(options);
      const line = chained({ event: work === 'add' ? 'approverAdded' : 'approverRemoved', by: 'command line', facts: { name: approver.name } }, head, clock.nowMs());
      const outcome = await connection.run(
        WRITE_APPROVER,
        [keys('approvers'), keys('audit'), keys('audit', 'head')],
        [work, personKey(approver.name), JSON.stringify(approver), hashRead(head), JSON.stringify(line), line.sequence, line.hash, randomUUID()],
      );
      return outcome === 'changed' ? undefined : { written: outcome === 'written' };
    })).written;

  return {
    async list() {
      const stored = await connection.ask((redis) => redis.hvals(keys('approvers')));
      return stored.map((text) => JSON.parse(text) as Approver).sort((one, other) => one.name.localeCompare(other.name));
    },
    async add(name, tokenHash) {
      if (!(await writeApprover('add', { name, tokenHash, addedAtMs: clock.nowMs() }))) throw new ApproverExistsError(name);
    },
    remove: async (name) => await writeApprover('remove', { name, tokenHash: '', addedAtMs: 0 }),
  };
}

async function untilWritten<T>(attempt: () => Promise<T | undefined>): Promise<T> {
  for (let tries = 0; tries < MAX_TRIES; tries++) {
    const answer = await attempt();
    if (answer !== undefined) return answer;
  }
  throw new ApprovalContendedError(MAX_TRIES);
}

async function readAudit({ connection, keys }: RedisApprovalsOptions, after: number, limit: number): ReturnType<ApprovalStore['audit']> {
  const [sequence, hash, gone, lines] = (await connection.run(READ_AUDIT, [keys('audit'), keys('audit', 'head')], [after, limit])) as [string, string, string, string[]];
  const before = Math.max(after, Number(gone));
  return { entries: lines.map((line, index) => storedEntry(line, before + index + 1)), last: before + lines.length, head: headOf(sequence, hash) };
}

/** When somebody else writes meanwhile, the next call does it. */
async function shortenAudit(options: RedisApprovalsOptions): Promise<void> {
  const { connection, keys, clock } = options;
  if (!mayBeShortened((await readAudit(options, 0, 2)).entries[1], clock.nowMs())) return;
  const { entries, head } = await readAudit(options, 0, SHORTENED_AT_ONCE);
  const due = shortening(entries, clock.nowMs());
  if (!due) return;
  const line = chained(due.fact, head, clock.nowMs());
  await connection.run(SHORTEN_AUDIT, [keys('audit'), keys('audit', 'head')], [hashRead(head), JSON.stringify(line), line.sequence, line.hash, due.count, randomUUID()]);
}

/** @returns false when somebody else wrote since it was read */
async function write(options: RedisApprovalsOptions, before: string, { approval, fact }: Change): Promise<boolean> {
  const { connection, keys, clock } = options;
  const head = await readHead(options);
  const line = chained(fact, head, clock.nowMs());
  const { id, createdAtMs, status, expiresAtMs, action } = approval;
  const isPending = status === 'open' || status === 'approved';
  const outcome = await connection.run(
    WRITE_APPROVAL,
    [approvalKey(options, id), keys('audit'), keys('audit', 'head'), keys('approvals'), pendingKey(options), action.runId === undefined ? keys('approvals') : runKey(options, action.runId)],
    [before, JSON.stringify(approval), hashRead(head), JSON.stringify(line), line.sequence, line.hash, id, createdAtMs, DEFAULT_TTL_MS, isPending ? expiresAtMs : '', createdAtMs - DEFAULT_TTL_MS - DAY_MS, randomUUID()],
  );
  return outcome === 'written';
}

/** Page by page: the index may name some whose time is over. */
async function list(options: RedisApprovalsOptions, filter: Parameters<ApprovalStore['list']>[0]): Promise<Approval[]> {
  assertApprovalLimit(filter.limit);
  const index = filter.runId === undefined ? options.keys('approvals') : runKey(options, filter.runId);
  const found: Approval[] = [];
  for (let start = 0; found.length < filter.limit; start += PAGE) {
    const ids = await options.connection.ask((redis) => redis.zrevrange(index, start, start + PAGE - 1));
    if (ids.length === 0) break;
    const texts = await options.connection.ask((redis) => redis.mget(ids.map((id) => approvalKey(options, id))));
    const known = texts.flatMap((text) => (text === null ? [] : [asOf(JSON.parse(text) as Approval, options.clock.nowMs())]));
    found.push(...known.filter((approval) => matches(filter, approval)));
  }
  return found.slice(0, filter.limit);
}

async function countOpen(options: RedisApprovalsOptions): Promise<number> {
  const pending = await options.connection.ask((redis) => redis.zcard(pendingKey(options)));
  // Approved ones count here as well; only a team near the limit is worth a closer look.
  return pending < MAX_OPEN_APPROVALS ? pending : (await list(options, { status: 'open', limit: MAX_OPEN_APPROVALS })).length;
}

async function readText({ connection, keys }: RedisApprovalsOptions, id: string): Promise<string> {
  return (await connection.ask((redis) => redis.get(keys('approval', id)))) ?? '';
}

async function readHead({ connection, keys }: RedisApprovalsOptions): Promise<AuditHead> {
  const [sequence, hash] = await connection.ask((redis) => redis.hmget(keys('audit', 'head'), 'sequence', 'hash'));
  return headOf(sequence, hash);
}

function headOf(sequence: string | null | undefined, hash: string | null | undefined): AuditHead {
  return sequence && hash ? { sequence: Number(sequence), hash } : NO_ENTRIES;
}

/** As the scripts see it: an empty log has no head. */
function hashRead(head: AuditHead): string {
  return head.sequence === 0 ? '' : head.hash;
}

function unlessGone(error: unknown): Approval[] {
  if (!(error instanceof ApprovalNotFoundError)) throw error;
  return [];
}

function approvalKey({ keys }: RedisApprovalsOptions, id: string): string {
  return keys('approval', id);
}

function pendingKey({ keys }: RedisApprovalsOptions): string {
  return keys('approvals', 'pending');
}

function runKey({ keys }: RedisApprovalsOptions, runId: string): string {
  return keys('approvals', 'run', runId);
}
