import { EffectUnknownError, LeaseLostError, openJournal, StepCutTwiceError, StepInputChangedError } from '../../runs';
import { sampleRun } from '../support/sample-runs';
import { sqliteRuns } from '../support/sqlite-runs';

async function opened() {
  const stores = sqliteRuns();
  const { run } = await stores.runs.create(sampleRun());
  const lease = await stores.runs.acquire(run.id, 'ada', 1_000);
  const calls: string[] = [];
  const effect = (name: string) => async () => {
    calls.push(name);
    return { said: name };
  };
  return { ...stores, lease, calls, effect, journal: openJournal({ store: stores.journal, lease }), store: stores.journal };
}

it('does a step once and answers from the journal afterwards, also to a new owner', async () => {
  const { journal, store, runs, clock, lease, effect, calls } = await opened();
  expect(await journal.step('plan', 'h', effect('one'))).toEqual({ output: { said: 'one' }, replayed: false, maybePaidTwice: false });
  expect(await journal.step('plan', 'h', effect('two'))).toEqual({ output: { said: 'one' }, replayed: true, maybePaidTwice: false });
  clock.advance(1_000);
  const next = openJournal({ store, lease: await runs.acquire(lease.runId, 'bob', 1_000) });
  expect((await next.step('plan', 'h', effect('three'))).output).toEqual({ said: 'one' });
  expect(calls).toEqual(['one']);
});

it('refuses a finished step with other input', async () => {
  const { journal, effect, calls } = await opened();
  await journal.step('plan', 'h1', effect('one'));
  await expect(journal.step('plan', 'h2', effect('two'))).rejects.toThrow(StepInputChangedError);
  expect(calls).toEqual(['one']);
});

it('repeats a step that was cut, with a warning that it may have been paid twice', async () => {
  const { journal, store, lease, effect } = await opened();
  await store.begin(lease, 'call', 'h1');
  expect(await journal.step('call', 'h2', effect('again'))).toEqual({ output: { said: 'again' }, replayed: false, maybePaidTwice: true });
});

it('leaves a step open whose effect failed', async () => {
  const { journal, effect } = await opened();
  await expect(journal.step('call', 'h', () => Promise.reject(new LeaseLostError('x')))).rejects.toThrow(LeaseLostError);
  expect(await journal.step('call', 'h', effect('ok'))).toMatchObject({ replayed: false, maybePaidTwice: true });
});

it('repeats a call that was cut once, asks a person when it was cut twice, and then tries afresh', async () => {
  const { journal, store, lease, effect, calls } = await opened();
  await store.begin(lease, 'call', 'h', 2);
  await expect(journal.step('call', 'h', effect('third'))).rejects.toThrow(StepCutTwiceError);
  expect(calls).toEqual([]);
  expect(await journal.step('call', 'h', effect('after a person'))).toMatchObject({ maybePaidTwice: true });
});

it('counts no call as cut that failed', async () => {
  const { journal, effect } = await opened();
  for (let failure = 1; failure <= 5; failure++) await expect(journal.step('call', 'h', () => Promise.reject(new RangeError('no')))).rejects.toThrow(RangeError);
  expect(await journal.step('call', 'h', effect('ok'))).toMatchObject({ output: { said: 'ok' } });
});

it('never repeats an effect by itself that may have happened, unless it may be repeated', async () => {
  const { journal, store, lease, effect, calls } = await opened();
  await store.begin(lease, 'mail', 'h');
  await expect(journal.step('mail', 'h', effect('mail'), 'ask')).rejects.toThrow(EffectUnknownError);
  expect(calls).toEqual([]);
  await store.begin(lease, 'look', 'h', 7);
  expect(await journal.step('look', 'h', effect('look'), 'repeat')).toMatchObject({ output: { said: 'look' } });
  await expect(journal.step('post', 'h', () => Promise.reject(new RangeError('cut')), 'ask')).rejects.toThrow(RangeError);
  await expect(journal.step('post', 'h', effect('post'), 'ask')).rejects.toThrow(EffectUnknownError);
});

it('shares one effect between two calls at the same time', async () => {
  const { journal, effect, calls } = await opened();
  const both = await Promise.all([journal.step('k', 'h', effect('one')), journal.step('k', 'h', effect('two'))]);
  expect(both.map(({ output }) => output)).toEqual([{ said: 'one' }, { said: 'one' }]);
  expect(calls).toEqual(['one']);
  const [first, second] = await Promise.allSettled([journal.step('l', 'h1', effect('three')), journal.step('l', 'h2', effect('four'))]);
  expect(first.status).toBe('fulfilled');
  expect(second).toMatchObject({ status: 'rejected', reason: expect.any(StepInputChangedError) });
});

it('does not begin an effect without the lease', async () => {
  const { journal, runs, clock, lease, effect, calls } = await opened();
  clock.advance(1_000);
  await runs.acquire(lease.runId, 'bob', 1_000);
  await expect(journal.step('k', 'h', effect('one'))).rejects.toThrow(LeaseLostError);
  expect(calls).toEqual([]);
});
