import { InvalidInputError } from '../../kernel';
import { type ControlStore, type EventLog, LeaseLostError, MixedRunsError, RunNotFoundError, type RunStore } from '../../runs';
import { type FakeClock, fakeClock } from '../support/fake-clock';
import { sampleRun } from '../support/sample-runs';

export function eventLogContract(name: string, open: (clock: FakeClock) => { runs: RunStore; controls: ControlStore; events: EventLog }): void {
  describe(`event log: ${name}`, () => {
    let clock: FakeClock;
    let runs: RunStore;
    let controls: ControlStore;
    let events: EventLog;
    beforeEach(() => {
      clock = fakeClock(5_000);
      ({ runs, controls, events } = open(clock));
    });

    it('keeps events in order, with time and growing sequence, apart for each run', async () => {
      await events.append({ runId: 'r1', type: 'run.created', facts: { title: 'Hello' } });
      clock.advance(10);
      await events.append({ runId: 'r2', type: 'run.created', facts: {} });
      await events.append({ runId: 'r1', type: 'task.started', taskId: 't1', facts: { attempt: 1, local: true, costUsd: null } });
      const found = await events.after('r1', 0, 1_000);
      expect(found).toEqual([
        { sequence: expect.any(Number), runId: 'r1', atMs: 5_000, type: 'run.created', facts: { title: 'Hello' } },
        { sequence: expect.any(Number), runId: 'r1', atMs: 5_010, type: 'task.started', taskId: 't1', facts: { attempt: 1, local: true, costUsd: null } },
      ]);
      expect(found[1]!.sequence).toBeGreaterThan(found[0]!.sequence);
    });

    it('pages by sequence without gap or repetition', async () => {
      for (let number = 0; number < 7; number++) await events.append({ runId: 'r', type: 'model.called', facts: { number } });
      const numbers: unknown[] = [];
      for (let after = 0, page = await events.after('r', after, 3); page.length > 0; page = await events.after('r', after, 3)) {
        numbers.push(...page.map(({ facts }) => facts.number));
        after = page.at(-1)!.sequence;
      }
      expect(numbers).toEqual([0, 1, 2, 3, 4, 5, 6]);
    });

    it('refuses the event of a worker that has lost its run, by time or by a stop, and takes those from outside', async () => {
      const { run: { id: runId } } = await runs.create(sampleRun());
      const delivered = { runId, type: 'task.delivered', facts: {} } as const;
      const lease = await runs.acquire(runId, 'ada', 1_000);
      await events.append(delivered, lease);
      clock.advance(1_000);
      // Expired, but nobody has taken it.
      await events.append(delivered, lease);
      const bob = await runs.acquire(runId, 'bob', 1_000);
      await expect(events.append(delivered, lease)).rejects.toThrow(LeaseLostError);
      await controls.stop(runId);
      await expect(events.append(delivered, bob)).rejects.toThrow(LeaseLostError);
      await events.append({ runId, type: 'run.finished', facts: {} });
      expect((await events.after(runId, 0, 10)).map(({ type }) => type)).toEqual(['task.delivered', 'task.delivered', 'run.finished']);
    });

    it('takes a lease for its own run alone, and for one that is there', async () => {
      const { run } = await runs.create(sampleRun());
      const lease = await runs.acquire(run.id, 'ada', 1_000);
      await expect(events.append({ runId: 'r2', type: 'run.created', facts: {} }, lease)).rejects.toThrow(MixedRunsError);
      await expect(events.append({ runId: 'r2', type: 'run.created', facts: {} }, { ...lease, runId: 'r2' })).rejects.toThrow(RunNotFoundError);
    });

    it.each([0, -1, 1_001, 1.5])('refuses a limit of %p', async (limit) => {
      await expect(events.after('r', 0, limit)).rejects.toThrow(InvalidInputError);
    });
  });
}
