import { KEPT_MS, type NotedCall, type OutcomeLog } from '../../router';
import { fakeClock, type FakeClock } from '../support/fake-clock';

/** As many as a log under test keeps: more than it reads at once. */
export const KEPT_CALLS = 2_500;

/** What every outcome log must do, whatever it is made of. `open` may be called twice for two processes on one store. */
export function outcomeLogContract(name: string, openStore: () => { open(clock: FakeClock): OutcomeLog; close(): void }): void {
  describe(`outcome log on ${name}`, () => {
    let clock: FakeClock;
    let store: ReturnType<typeof openStore>;
    let log: OutcomeLog;
    const ATTEMPT = { runId: 'run', taskId: 'task', attempt: 1 };
    const call = (callId: string, more: Partial<NotedCall> = {}): NotedCall => ({ callId, atMs: clock.nowMs(), model: 'ollama/qwen3:8b', modelClass: 'small', signature: Uint8Array.from([1, 0, 255]), prior: 0.375, ...more });
    const verdicts = async () => Object.fromEntries((await log.judged({})).map(({ callId, verdict: { ok, by } }) => [callId, `${ok ? 'ok' : 'failed'} by ${by}`]));

    beforeEach(() => {
      clock = fakeClock();
      store = openStore();
      log = store.open(clock);
    });
    afterEach(() => store.close());

    it('gives back what was noted of a call, once it is judged', async () => {
      const whole = call('a', { ...ATTEMPT, role: 'backend', workflow: 'w1', experiment: { name: 'which 8B', arm: 'b' } });
      await log.note([whole, call('b')]);
      expect(await log.judged({})).toEqual([]);
      await log.judge({ callId: 'a' }, { ok: true, by: 'person' });
      await log.judge({ callId: 'b' }, { ok: false, by: 'schema' });
      expect(await log.judged({})).toEqual(expect.arrayContaining([{ ...whole, verdict: { ok: true, by: 'person' } }, { ...call('b'), verdict: { ok: false, by: 'schema' } }]));
    });

    it('takes a verdict that is known at once together with the call', async () => {
      await log.note([call('a', { verdict: { ok: false, by: 'escalation' } }), call('b')]);
      expect(await verdicts()).toEqual({ a: 'failed by escalation' });
    });

    it('keeps a call as it was noted first', async () => {
      await log.note([call('a', { verdict: { ok: false, by: 'escalation' } })]);
      await log.note([call('a', { model: 'another', verdict: { ok: true, by: 'schema' } })]);
      expect(await log.judged({})).toMatchObject([{ model: 'ollama/qwen3:8b', verdict: { ok: false } }]);
    });

    it('judges all calls of an attempt but those of one role, and of no other attempt', async () => {
      await log.note([
        call('work', { ...ATTEMPT, role: 'backend' }),
        call('without role', ATTEMPT),
        call('review', { ...ATTEMPT, role: 'qa' }),
        call('next attempt', { ...ATTEMPT, attempt: 2, role: 'backend' }),
        call('other task', { ...ATTEMPT, taskId: 'other', role: 'backend' }),
        call('other run', { ...ATTEMPT, runId: 'other', role: 'backend' }),
        call('alone'),
      ]);
      await log.judge({ ...ATTEMPT, exceptRole: 'qa' }, { ok: true, by: 'qa' });
      expect(await verdicts()).toEqual({ work: 'ok by qa', 'without role': 'ok by qa' });
    });

    it('lets QA outrank machines and a person outrank QA, and among equals the later', async () => {
      await log.note(['a', 'b', 'c'].map((id) => call(id, { ...ATTEMPT, verdict: { ok: true, by: 'schema' } })));
      await log.judge({ callId: 'a' }, { ok: false, by: 'tool-call' });
      await log.judge({ callId: 'b' }, { ok: false, by: 'person' });
      await log.judge(ATTEMPT, { ok: false, by: 'qa' });
      await log.judge({ callId: 'c' }, { ok: true, by: 'schema' });
      expect(await verdicts()).toEqual({ a: 'failed by tool-call', b: 'failed by person', c: 'failed by qa' });
    });

    it('does not let a good attempt excuse an answer that was given up on the way', async () => {
      await log.note([call('given up', { ...ATTEMPT, verdict: { ok: false, by: 'schema' } }), call('used', ATTEMPT)]);
      await log.judge(ATTEMPT, { ok: true, by: 'qa' });
      expect(await verdicts()).toEqual({ 'given up': 'failed by schema', used: 'ok by qa' });
    });

    it('takes no offence at a verdict on calls nobody noted', async () => {
      await log.judge({ callId: 'nobody' }, { ok: true, by: 'person' });
      await log.judge(ATTEMPT, { ok: true, by: 'qa' });
      expect(await log.judged({})).toEqual([]);
    });

    it('counts from the moment asked for, oldest first', async () => {
      for (const id of ['a', 'b', 'c']) {
        await log.note([call(id, { verdict: { ok: true, by: 'schema' } })]);
        clock.advance(1_000);
      }
      expect((await log.judged({ sinceMs: clock.nowMs() - 2_000 })).map(({ callId }) => callId)).toEqual(['b', 'c']);
    });

    it('shows each process what the others noted and judged', async () => {
      await log.note([call('a', ATTEMPT)]);
      const second = store.open(clock);
      await second.judge(ATTEMPT, { ok: true, by: 'qa' });
      expect(await verdicts()).toEqual({ a: 'ok by qa' });
    });

    it('forgets calls after half a year', async () => {
      await log.note([call('old', { ...ATTEMPT, verdict: { ok: true, by: 'schema' } })]);
      clock.advance(KEPT_MS + 1);
      await log.note([call('new', { ...ATTEMPT, verdict: { ok: true, by: 'schema' } })]);
      expect(Object.keys(await verdicts())).toEqual(['new']);
    });

    it('keeps the newest calls and no more, and misses none of them', async () => {
      for (let from = 0; from < KEPT_CALLS + 500; from += 500) {
        clock.advance(1);
        await log.note(Array.from({ length: 500 }, (_, index) => call(`call-${from + index}`, { verdict: { ok: true, by: 'schema' } })));
      }
      const ids = (await log.judged({})).map(({ callId }) => callId);
      expect(new Set(ids).size).toBe(KEPT_CALLS);
      expect(ids).toEqual(expect.arrayContaining([`call-${KEPT_CALLS + 499}`, 'call-500']));
    });
  });
}
