import { join } from 'node:path';
import { makeId } from '../../kernel';
import { type Approval, ApprovalChangedError, AuditChecker, SelfApprovalError, openRedisApprovals, openRedisRunStore, openSqliteApprovals, openSqliteRunStore } from '../../runs';
import { openSqlite } from '../../storage';
import { type FakeClock, fakeClock } from '../support/fake-clock';
import { describeWithRedis } from '../support/redis-team';
import { temporaryFolder } from '../support/temporary-folder';
import { chained } from '../../runs/approvals/audit';
import { asking } from '../../runs/approvals/transitions';
import { approvalHttpContract } from './approval-http-contract';
import { approvalStoreContract, sampleApproval } from './approval-store-contract';
import { auditLifetimeContract } from './audit-lifetime-contract';
import { personVerdictContract } from './person-verdict-contract';

function twoOnSqlite(clock: FakeClock) {
  const file = join(temporaryFolder(), 'team.sqlite');
  return [openSqliteApprovals({ database: openSqlite(file), clock }), openSqliteApprovals({ database: openSqlite(file), clock })];
}
approvalStoreContract('sqlite', twoOnSqlite);
approvalHttpContract('sqlite', twoOnSqlite);
auditLifetimeContract('sqlite', twoOnSqlite);

/** As the version before kept it, without what came since. */
function oldRecord(more: Partial<Approval>): Approval {
  const { alsoAskedBy: _, ...record } = asking({ ...sampleApproval('old'), askedBy: 'carol' }, 0).approval;
  return { ...record, expiresAtMs: 1e15, ...more };
}

personVerdictContract('sqlite', (clock) => openSqliteRunStore({ database: openSqlite(':memory:'), clock, makeId }));

describeWithRedis('on Redis', (redis) => {
  personVerdictContract('redis', (clock) => openRedisRunStore({ connection: redis.connection, keys: redis.keys(), clock, makeId }));

  const twoOnRedis = (clock: FakeClock) => {
    const store = { connection: redis.connection, keys: redis.keys(), clock };
    return [openRedisApprovals(store), openRedisApprovals({ ...store, connection: redis.second })];
  };
  approvalStoreContract('redis', twoOnRedis);
  approvalHttpContract('redis', twoOnRedis);
  auditLifetimeContract('redis', twoOnRedis);

  it('survive an upgrade: an open one of the version before is decided and used', async () => {
    const keys = redis.keys();
    const { approvals } = openRedisApprovals({ connection: redis.connection, keys, clock: fakeClock() });
    const { id, hash } = oldRecord({});
    await redis.connection.ask((client) => client.set(keys('approval', id), JSON.stringify(oldRecord({}))));
    await expect(approvals.decide({ id, hash, decision: 'approve', by: 'Carol' })).rejects.toThrow(SelfApprovalError);
    await approvals.decide({ id, hash, decision: 'approve', by: 'ada' });
    expect((await approvals.claim({ id, hash, executor: 'e' })).status).toBe('executing');
  });

  it('shows a line that is none', async () => {
    const keys = redis.keys();
    const { approvals } = openRedisApprovals({ connection: redis.connection, keys, clock: fakeClock() });
    for (const occasion of ['o1', 'o2', 'o3']) await approvals.ask(sampleApproval(occasion));
    await redis.connection.ask((client) => client.lset(keys('audit'), 1, '{"torn'));
    const checker = new AuditChecker();
    const { entries, head } = await approvals.audit(0, 10);
    checker.take(entries);
    expect(checker.result(head)).toMatchObject({ ok: false, problem: 'line 2 is no line of the log: "{\\"torn"' });
  });

  it('shows a line that somebody put behind the last one of the log', async () => {
    const [keys, clock] = [redis.keys(), fakeClock()];
    const { approvals } = openRedisApprovals({ connection: redis.connection, keys, clock });
    await approvals.ask(sampleApproval('o1'));
    const { entries: [first], head } = await approvals.audit(0, 10);
    await redis.connection.ask((client) => client.rpush(keys('audit'), JSON.stringify(chained({ event: 'approved', approvalId: first!.approvalId, by: 'mallory', facts: {} }, head, 1))));
    const checker = new AuditChecker();
    const after = await approvals.audit(0, 10);
    checker.take(after.entries);
    expect(checker.result(after.head)).toMatchObject({ ok: false, problem: 'the log ends at line 2, but 1 line was written' });
  });
});

describe('approvals in SQLite', () => {
  it('survive an upgrade: an open one of the version before is decided and used', async () => {
    const database = openSqlite(':memory:');
    const { approvals } = openSqliteApprovals({ database, clock: fakeClock() });
    const { id, hash, createdAtMs, expiresAtMs } = oldRecord({});
    database.prepare('INSERT INTO approvals (id, status, record, created_at_ms, expires_at_ms) VALUES (?, ?, ?, ?, ?)').run(id, 'open', JSON.stringify(oldRecord({})), createdAtMs, expiresAtMs);
    await expect(approvals.decide({ id, hash, decision: 'approve', by: 'Carol' })).rejects.toThrow(SelfApprovalError);
    await approvals.decide({ id, hash, decision: 'approve', by: 'ada' });
    expect((await approvals.claim({ id, hash, executor: 'e' })).status).toBe('executing');
  });

  it.each(['{', '', 'null', '[]', '{"sequence":2}', '{"event":"unreadable"}'])('show a line that is none: %s', async (text) => {
    const database = openSqlite(':memory:');
    const { approvals } = openSqliteApprovals({ database, clock: fakeClock() });
    for (const occasion of ['o1', 'o2', 'o3']) await approvals.ask(sampleApproval(occasion));
    database.exec('DROP TRIGGER audit_is_never_changed');
    database.prepare('UPDATE audit SET entry = ? WHERE sequence = 2').run(text);
    const checker = new AuditChecker();
    const { entries, head } = await approvals.audit(0, 10);
    checker.take(entries);
    expect(checker.result(head)).toMatchObject({ ok: false, problem: `line 2 is no line of the log: ${JSON.stringify(text)}` });
    expect(entries.map(({ event }) => event)).toEqual(['asked', 'unreadable', 'asked']);
  });

  it('survive a restart, an open one and a claimed one', async () => {
    const file = join(temporaryFolder(), 'team.sqlite');
    const clock = fakeClock();
    const database = openSqlite(file);
    const before = openSqliteApprovals({ database, clock }).approvals;
    const { approval } = await before.ask(sampleApproval('o1'));
    await before.decide({ ...approval, decision: 'approve', by: 'ada' });
    await before.claim({ ...approval, executor: 'run r1' });
    const open = (await before.ask(sampleApproval('o2'))).approval;
    database.close();

    const { approvals } = openSqliteApprovals({ database: openSqlite(file), clock });
    expect((await approvals.read(open.id))).toEqual(open);
    expect((await approvals.claim({ ...approval, executor: 'run r1' })).status).toBe('executing');
  });

  it('give no right to what somebody wrote into the file by hand', async () => {
    const database = openSqlite(':memory:');
    const { approvals } = openSqliteApprovals({ database, clock: fakeClock() });
    const { approval } = await approvals.ask(sampleApproval('o1'));
    database.prepare('UPDATE approvals SET record = replace(record, ?, ?)').run('index.html', 'all.html');
    await expect(approvals.decide({ ...approval, decision: 'approve', by: 'ada' })).rejects.toThrow(ApprovalChangedError);
  });

  it('refuse to change or cut the audit log', async () => {
    const database = openSqlite(':memory:');
    const { approvals } = openSqliteApprovals({ database, clock: fakeClock() });
    await approvals.ask(sampleApproval('o1'));
    expect(() => database.exec('DELETE FROM audit')).toThrow('append-only');
    expect(() => database.exec("UPDATE audit SET entry = '{}'")).toThrow('append-only');
  });
});
