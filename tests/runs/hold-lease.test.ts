import { CancelledError } from '../../kernel';
import { holdLease, LeaseLostError, RunBusyError, type RunStore } from '../../runs';
import { StorageError } from '../../storage';
import { sampleRun } from '../support/sample-runs';
import { sqliteRuns } from '../support/sqlite-runs';

const LEASE_MS = 30_000;

async function holding(acquire?: (runs: RunStore) => RunStore['acquire']) {
  const { runs, clock } = sqliteRuns();
  const { run } = await runs.create(sampleRun());
  const caller = new AbortController();
  const options = { runs: { acquire: acquire?.(runs) ?? runs.acquire }, clock, runId: run.id, owner: 'ada', leaseMs: LEASE_MS, signal: caller.signal };
  return { runs, clock, run, caller, options };
}

/** Work that lasts until its signal fires. */
const untilAborted = (signal: AbortSignal) => new Promise<never>((_, reject) => signal.addEventListener('abort', () => reject(new CancelledError(signal.reason))));

it('keeps the lease as long as the work lasts, and no longer', async () => {
  const { runs, clock, run, options } = await holding();
  const value = await holdLease(options, async (lease) => {
    for (let third = 0; third < 9; third++) await clock.advanceAndSettle(LEASE_MS / 3);
    await expect(runs.acquire(run.id, 'bob', LEASE_MS)).rejects.toThrow(RunBusyError);
    return lease.fence;
  });
  expect(value).toBe(1);
  expect(clock.pending()).toBe(0);
  clock.advance(LEASE_MS);
  expect((await runs.acquire(run.id, 'bob', LEASE_MS)).fence).toBe(2);
});

it('does not begin while another owner is at work', async () => {
  const { runs, run, options } = await holding();
  await runs.acquire(run.id, 'bob', LEASE_MS);
  await expect(holdLease(options, async () => 'never')).rejects.toThrow(RunBusyError);
});

it('aborts the work when another owner took over', async () => {
  const { runs, clock, run, options } = await holding();
  const work = holdLease(options, async (_lease, signal) => {
    clock.advance(LEASE_MS / 3 - 1);
    // The process slept so long that the lease ended and bob came.
    const late = sqliteLateOwner(runs, clock, run.id);
    await late;
    return await untilAborted(signal);
  });
  await expect(work).rejects.toThrow(LeaseLostError);
  expect(clock.pending()).toBe(0);
});

async function sqliteLateOwner(runs: RunStore, clock: ReturnType<typeof sqliteRuns>['clock'], runId: string): Promise<void> {
  await runs.acquire(runId, 'ada', 0);
  await runs.acquire(runId, 'bob', LEASE_MS);
  setImmediate(() => void clock.advanceAndSettle(LEASE_MS / 3));
}

it('survives a storage fault that passes, and gives up when the lease has run out', async () => {
  let faults = 2;
  let calls = 0;
  const { clock, options } = await holding((runs) => async (...args) => {
    calls++;
    if (calls > 1 && faults-- > 0) throw new StorageError('busy', { hint: 'wait' });
    return await runs.acquire(...args);
  });
  await holdLease(options, async (_lease, signal) => {
    await clock.advanceAndSettle(LEASE_MS);
    expect(signal.aborted).toBe(false);
  });
  faults = Number.POSITIVE_INFINITY;
  calls = 0;
  await expect(
    holdLease(options, async (_lease, signal) => {
      const aborted = untilAborted(signal);
      await Promise.all([clock.advanceAndSettle(LEASE_MS), aborted]);
    }),
  ).rejects.toThrow(LeaseLostError);
});

it('lets the work end in peace when it has finished the run itself', async () => {
  const { runs, clock, options } = await holding();
  const value = await holdLease(options, async (lease) => {
    await runs.finish(lease, { status: 'done' });
    await clock.advanceAndSettle(LEASE_MS);
    return 'reported';
  });
  expect(value).toBe('reported');
});

it('hands on the work\'s own error, and the caller\'s cancellation', async () => {
  const { clock, options, caller } = await holding();
  await expect(holdLease(options, () => Promise.reject(new StorageError('x', { hint: 'y' })))).rejects.toThrow(StorageError);
  const work = holdLease(options, (_lease, signal) => untilAborted(signal));
  setImmediate(() => caller.abort());
  await expect(work).rejects.toThrow(CancelledError);
  expect(clock.pending()).toBe(0);
});
