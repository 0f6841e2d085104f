import { silentLogger } from '../../kernel';
import { openSqliteOutcomeLog, OutcomeNotes, ProviderDownError, type ModelDriver, type NotedCall, type OutcomeLog, type RequestFacts } from '../../router';
import { openSqlite } from '../../storage';
import { fakeClock } from '../support/fake-clock';
import { FINISH, modelOf, requestOf, routerOver, scriptedDriver, type Move } from './scripted-driver';

const signal = new AbortController().signal;
const SHAPE = { name: 'answer', schema: { type: 'object', required: ['answer'] } };
const REFUSAL: Move = { chunks: [{ type: 'text', text: 'I must not.' }, { ...FINISH, reason: 'refused' } as never] };
const LARGE_ID = 'anthropic/claude';

/** What is noted of the calls of one request to a small model and, when that fails, a large one. */
async function notesOf(moves: Move[], { facts = {}, schema, text = 'What is tea?', small }: { facts?: Partial<RequestFacts>; schema?: typeof SHAPE; text?: string; small?: Parameters<typeof modelOf>[1] } = {}): Promise<NotedCall[]> {
  const noted: NotedCall[] = [];
  const services: ModelDriver[] = [scriptedDriver([modelOf('ollama/qwen3:8b', small)], moves), scriptedDriver([modelOf(LARGE_ID)], ['{"answer":"tea"}'])];
  const { router } = routerOver(services, { noteCall: (call) => noted.push(call) });
  await router.complete(requestOf({ model: 'ollama/qwen3:8b', ...facts }, { schema, messages: [{ role: 'user', text }] }), signal);
  return noted;
}

const verdicts = (noted: NotedCall[]) => noted.map(({ model, modelClass, verdict }) => [model, modelClass, verdict && `${verdict.ok ? 'ok' : 'failed'} by ${verdict.by}`]);

describe('what the router takes down of its calls', () => {
  it('an answer of the demanded shape was good, another was not', async () => {
    expect(verdicts(await notesOf(['{"answer":"leaves"}'], { schema: SHAPE }))).toEqual([['ollama/qwen3:8b', 'small', 'ok by schema']]);
    expect(verdicts(await notesOf(['Leaves.'], { schema: SHAPE }))).toEqual([['ollama/qwen3:8b', 'small', 'failed by schema'], [LARGE_ID, 'large', 'ok by schema']]);
  });

  it('an answer that was given up was bad, and the one that took its place good', async () => {
    expect(verdicts(await notesOf([REFUSAL]))).toEqual([['ollama/qwen3:8b', 'small', 'failed by escalation'], [LARGE_ID, 'large', 'ok by escalation']]);
    expect(verdicts(await notesOf(['']))).toEqual([['ollama/qwen3:8b', 'small', 'failed by escalation'], [LARGE_ID, 'large', 'ok by escalation']]);
  });

  it('an answer others will judge has no verdict yet, and knows its attempt', async () => {
    const [noted] = await notesOf(['{"answer":"leaves"}'], { schema: SHAPE, facts: { judgedByCaller: true, runId: 'r', taskId: 't', attempt: 2, role: 'backend' } });
    expect(noted).toMatchObject({ runId: 'r', taskId: 't', attempt: 2, role: 'backend', prior: expect.any(Number), signature: expect.any(Uint8Array) });
    expect(noted).not.toHaveProperty('verdict');
  });

  it('nothing of a prompt that is secret, by its label or by what stands in it', async () => {
    expect(await notesOf(['Leaves.'], { schema: SHAPE, facts: { privacy: 'secret' } })).toEqual([]);
    expect(await notesOf(['Leaves.'], { schema: SHAPE, text: 'Charge the card 4242 4242 4242 4242.' })).toEqual([]);
  });

  it('nothing of prose nobody will judge, of a script, or of a service that was down', async () => {
    expect(await notesOf(['Leaves.'])).toEqual([]);
    expect(await notesOf(['{"answer":"leaves"}'], { schema: SHAPE, small: { isScripted: true } })).toEqual([]);
    const down = () => new ProviderDownError('down', { hint: 'Start it.' });
    expect(verdicts(await notesOf([down(), down()], { schema: SHAPE }))).toEqual([[LARGE_ID, 'large', 'ok by schema']]);
  });

  it('calls a model large from the strength on that a request of middling complexity needs', async () => {
    const classOf = async (strength: number) => (await notesOf(['{"answer":"leaves"}'], { schema: SHAPE, small: { strength } }))[0]!.modelClass;
    expect([await classOf(0.57), await classOf(0.58)]).toEqual(['small', 'large']);
  });
});

describe('notes on their way to the store', () => {
  const call = (callId: string): NotedCall => ({ callId, atMs: fakeClock().nowMs(), model: 'ollama/a', modelClass: 'small', signature: Uint8Array.of(1), prior: 0.5, verdict: { ok: true, by: 'schema' } });
  const counting = (outcomes: OutcomeLog) => {
    const writes: number[] = [];
    return { writes, outcomes: { ...outcomes, note: async (calls: readonly NotedCall[]) => { writes.push(calls.length); await outcomes.note(calls); } } };
  };

  it('are written together, a quarter of a second later at the latest', async () => {
    const clock = fakeClock();
    const { writes, outcomes } = counting(openSqliteOutcomeLog(openSqlite(':memory:'), clock));
    const notes = new OutcomeNotes(outcomes, clock, silentLogger);
    for (let at = 0; at < 250; at += 1) notes.note(call(`call-${at}`));
    await clock.advanceAndSettle(250);
    expect(writes).toEqual([200, 50]);
    expect(await outcomes.judged({})).toHaveLength(250);
    expect(clock.pending()).toBe(0);
  });

  it('are there before a verdict on them is', async () => {
    const clock = fakeClock();
    const notes = new OutcomeNotes(openSqliteOutcomeLog(openSqlite(':memory:'), clock), clock, silentLogger);
    notes.note(call('a'));
    await notes.judge({ callId: 'a' }, { ok: false, by: 'qa' });
    expect(await notes.judged({})).toMatchObject([{ callId: 'a', verdict: { ok: false, by: 'qa' } }]);
  });

  it('fail nobody\'s work when the store does', async () => {
    const warnings: string[] = [];
    const broken = async () => { throw new RangeError('disk full'); };
    const notes = new OutcomeNotes({ note: broken, judge: broken, judged: broken }, fakeClock(), { ...silentLogger, warn: (message) => warnings.push(message) });
    notes.note(call('a'));
    await notes.judge({ callId: 'a' }, { ok: true, by: 'qa' });
    expect(warnings).toHaveLength(2);
  });
});
