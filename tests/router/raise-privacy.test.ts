import { privacyRaiser, type ModelRequest } from '../../router';
import { modelOf, requestOf, routerOver, scriptedDriver } from './scripted-driver';

const CARD = 'card 4111 1111 1111 1111';
const never = new AbortController().signal;
const said = (text: string): Partial<ModelRequest> => ({ messages: [{ role: 'user', text }] });

const CARRIERS: Array<[string, Partial<ModelRequest>]> = [
  ['the system prompt', { messages: [{ role: 'system', text: CARD }, { role: 'user', text: 'Hello' }] }],
  ['the last message', said(CARD)],
  ['a message long ago', { messages: [{ role: 'user', text: CARD }, ...Array.from({ length: 40 }, () => ({ role: 'assistant' as const, text: 'Go on.' }))] }],
  ['the far end of a long text', said(`${'Lorem ipsum dolor sit amet. '.repeat(20_000)}${CARD}`)],
  ['the arguments of a tool call', { messages: [{ role: 'user', text: 'Pay' }, { role: 'assistant', text: '', toolCalls: [{ id: 'c1', name: 'pay', arguments: { with: [{ number: CARD }] } }] }] }],
  ['arguments whose field name alone tells', { messages: [{ role: 'assistant', text: '', toolCalls: [{ id: 'c1', name: 'login', arguments: { password: 'k7#Vq9!tLz2w' } }] }] }],
  ['arguments that JSON writes with escapes', { messages: [{ role: 'assistant', text: '', toolCalls: [{ id: 'c1', name: 'mail', arguments: { body: 'Hello\n4111111111111111\nBye' } }] }] }],
  ['a tool\'s result', { messages: [{ role: 'user', text: 'Look' }, { role: 'tool', toolCallId: 'c1', toolName: 'look', text: `{"found":"${CARD}"}` }] }],
  ['the description of a tool', { tools: [{ name: 'pay', description: `pays with ${CARD}`, schema: { type: 'object' } }] }],
  ['the schema of a tool', { tools: [{ name: 'pay', description: 'pays', schema: { type: 'object', properties: { card: { type: 'string', default: CARD } } } }] }],
  ['the schema of the answer', { schema: { name: 'x', schema: { type: 'object', properties: { card: { enum: [CARD] } } } } }],
];

describe('a label raised by content', () => {
  it.each(CARRIERS)('counts %s', async (_where, more) => {
    const judged = await privacyRaiser()(requestOf({ privacy: 'public' }, more), never);
    expect(judged.facts.privacy).toBe('secret');
    expect(judged.raisedBy).toHaveLength(1);
  });

  it('stays as it was where nothing is found, and where it is secret already', async () => {
    const raise = privacyRaiser();
    for (const privacy of ['public', 'internal'] as const) expect(await raise(requestOf({ privacy }), never)).toEqual(requestOf({ privacy }));
    expect(await raise(requestOf({ privacy: 'secret' }, said(CARD)), never)).not.toHaveProperty('raisedBy');
  });

  it('is the same when the text is known, also beyond the bound of what is remembered', async () => {
    const raise = privacyRaiser(3);
    const texts = ['Hello', CARD, 'Tea?', 'mail ada@corp.de', 'Cake?', 'Why?'];
    for (let round = 0; round < 3; round++) {
      const labels = [];
      for (const text of texts) labels.push((await raise(requestOf({}, said(text)), never)).raisedBy?.[0]);
      expect(labels).toEqual([undefined, 'credit-card', undefined, 'email-address', undefined, undefined]);
    }
  });

  it('reads only what is new in a conversation', async () => {
    const raise = privacyRaiser();
    const long = 'We talk about tea and nothing else. '.repeat(30_000);
    const timed = async (text: string): Promise<number> => {
      const before = performance.now();
      await raise(requestOf({}, { messages: [{ role: 'user', text: long }, { role: 'user', text }] }), never);
      return performance.now() - before;
    };
    const first = await timed('one');
    expect(Math.min(await timed('two'), await timed('three'))).toBeLessThan(first / 3);
  });

  it('lets the process do other things meanwhile, and ends at once when stopped', async () => {
    const stop = new AbortController();
    let turns = 0;
    const tick = () => void setImmediate(() => (++turns === 5 ? stop.abort() : tick()));
    tick();
    await expect(privacyRaiser()(requestOf({}, said('Tea is good. '.repeat(500_000))), stop.signal)).rejects.toMatchObject({ code: 'CANCELLED' });
  });

  it('keeps the request here, says why in the decision, and never what', async () => {
    const cloud = scriptedDriver([modelOf('cloud/large')]);
    const { router, ledger } = routerOver([cloud, scriptedDriver([modelOf('ollama/small')])]);
    const request = requestOf({ preset: 'best', model: 'cloud/large' }, said(CARD));
    const explained = await router.explain(request, never);
    const { decision } = await router.complete(request, never);
    for (const one of [explained, decision]) {
      expect(one).toMatchObject({ model: 'ollama/small', local: true, privacy: 'secret', raisedBy: ['credit-card'] });
      expect(one.candidates).toContainEqual({ model: 'cloud/large', score: 0, rejected: 'privacy "secret" (credit-card found): not on this machine' });
      expect(JSON.stringify(one)).not.toContain('4111');
    }
    expect(cloud.calls).toHaveLength(0);
    expect(await ledger.totals({})).toMatchObject({ localCalls: 1, cloudCalls: 0 });
    expect(await router.explain(requestOf({ preset: 'best' }), never)).not.toHaveProperty('raisedBy');
  });

  it('fails closed without a local model and says what to take out', async () => {
    const cloud = scriptedDriver([modelOf('cloud/large')]);
    const { router } = routerOver([cloud]);
    const error = await router.complete(requestOf({}, said(CARD)), never).catch((caught: unknown) => caught as Error & { hint: string });
    expect(error).toMatchObject({ code: 'SECRET_NEEDS_LOCAL_MODEL', message: expect.stringContaining('credit-card found'), hint: expect.stringContaining('take that out') });
    expect(`${JSON.stringify(error)} ${(error as Error).message}`).not.toContain('4111');
    expect(cloud.calls).toHaveLength(0);
  });
});
