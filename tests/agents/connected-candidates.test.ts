import { AIMessageChunk } from '@langchain/core/messages';
import { connectedCandidates } from '../../agents';
import { EMPTY_MODELS_FILE, type ModelRequest, type ReplyChunk, type Router } from '../../router';
import { modelOf, requestOf, routerOver, scriptedDriver, type Move } from '../router/scripted-driver';
import { END, refused, said, StreamingModel, type Part } from './streaming-model';

const never = new AbortController().signal;
const HARD = 'Prove that the sum of two continuous functions is continuous, discuss where uniform continuity fails, derive the error bound step by step and compare three proofs in detail.';

function scene(vendor: StreamingModel | StreamingModel[], { local = false, moves = [] as Move[], file = {} } = {}) {
  const home = scriptedDriver([modelOf('ollama/qwen3:8b')], moves);
  const vendors = [vendor].flat();
  const connected = connectedCandidates(vendors.map((chatModel, index) => ({ chatModel, nodeName: `Model ${index + 1}` })), { local, workflowId: 'wf' });
  const modelsFile = { read: async () => ({ ...EMPTY_MODELS_FILE, ...file }), driverFor: () => undefined };
  const { router, ledger } = routerOver([home], { modelsFile });
  const ask = (facts: Partial<ModelRequest['facts']> = {}, more: Partial<ModelRequest> = {}, over: Router = router) => over.complete(requestOf(facts, { connected, ...more }), never);
  return { home, connected, router, ledger, ask };
}

const gpt = (...answers: Part[][]) => new StreamingModel('gpt-4o', answers);

async function all(chunks: AsyncIterable<ReplyChunk>): Promise<ReplyChunk[]> {
  const list: ReplyChunk[] = [];
  for await (const chunk of chunks) list.push(chunk);
  return list;
}

describe('a chat model connected to the router', () => {
  it("answers what is too hard for the team's own models, and the ledger has its line", async () => {
    const vendor = gpt(said('A proof.'));
    const { ask, ledger } = scene(vendor);
    expect((await ask()).decision).toMatchObject({ model: 'ollama/qwen3:8b', local: true });
    const { text, usage, decision } = await ask({ preset: 'balanced' }, { messages: [{ role: 'user', text: HARD }] });
    expect({ text, usage }).toEqual({ text: 'A proof.', usage: { promptTokens: 7, completionTokens: 3 } });
    expect(decision).toMatchObject({ model: 'n8n/gpt-4o', provider: 'n8n', local: false, costUsd: (7 * 2.5 + 3 * 10) / 1e6 });
    expect(vendor.asked).toHaveLength(1);
    expect(await ledger.totals({})).toMatchObject({ localCalls: 1, cloudCalls: 1, promptTokens: 1_007 });
  });

  it.each(['n8n/gpt-4o', 'gpt-4o', 'Model 1'])('may be named %s', async (model) => {
    expect((await scene(gpt()).ask({ model })).decision.model).toBe('n8n/gpt-4o');
  });

  it('is told apart from another one of the same name by its node', async () => {
    const { router, connected } = scene([gpt(), gpt()]);
    const { candidates } = await router.explain(requestOf({}, { connected }), never);
    expect(candidates.map(({ model }) => model)).toEqual(expect.arrayContaining(['n8n/gpt-4o (Model 1)', 'n8n/gpt-4o (Model 2)']));
  });

  it('has the price of its name only where that is sold: an address nobody knows, or a name, makes it unknown', async () => {
    const elsewhere = gpt();
    elsewhere.clientConfig = { baseURL: 'http://10.0.0.5:1234/v1' };
    expect((await scene(elsewhere).ask({ model: 'gpt-4o' })).decision.costUsd).toBeNull();
    expect((await scene(new StreamingModel('my-own-model', [])).ask({ model: 'my-own-model' })).decision.costUsd).toBeNull();
  });

  it('keeps a budget, though no call can shorten its answer: as much is set aside as its node allows', async () => {
    const long = () => [new AIMessageChunk({ content: 'and so on' }), new AIMessageChunk({ content: '', response_metadata: { finish_reason: 'stop' }, usage_metadata: { input_tokens: 7, output_tokens: 10_000, total_tokens: 10_007 } })];
    const vendor = Object.assign(gpt(...Array.from({ length: 30 }, long)), { maxTokens: 10_000 });
    const { ask, ledger } = scene(vendor);
    const answers = await Promise.allSettled(Array.from({ length: 30 }, () => ask({ runId: 'run', budgetUsd: 0.5, allowedModels: ['gpt-4o'] })));
    expect(answers.filter(({ status }) => status === 'fulfilled')).toHaveLength(4);
    expect((await ledger.totals({})).costUsd).toBeLessThanOrEqual(0.5);
  });

  it('is corrected by a line of the models file for provider n8n, and by no other', async () => {
    const line = (provider: string) => ({ models: [{ name: 'work horse', provider, model: 'gpt-4o', price: { prompt: 100, completion: 0 } }] });
    expect((await scene(gpt(), { file: line('n8n') }).ask({ model: 'work horse' })).decision.costUsd).toBeCloseTo(7e-4);
    expect((await scene(gpt(), { file: line('openai-compatible') }).ask({ model: 'gpt-4o' })).decision.costUsd).toBeCloseTo(4.75e-5);
  });

  it('never hears a secret, by label or by content, unless the author says that it runs on his machine', async () => {
    const vendor = gpt();
    const card = { messages: [{ role: 'user' as const, text: 'Charge 4111 1111 1111 1111' }] };
    const { ask } = scene(vendor, { moves: ['here', 'here'] });
    expect((await ask({ privacy: 'secret', preset: 'best' })).decision.local).toBe(true);
    expect((await ask({ preset: 'best', model: 'gpt-4o' }, card)).decision).toMatchObject({ local: true, raisedBy: ['credit-card'] });
    await expect(ask({ privacy: 'secret', allowedModels: ['n8n/gpt-4o'] })).rejects.toMatchObject({ code: 'SECRET_NEEDS_LOCAL_MODEL' });
    expect(vendor.asked).toHaveLength(0);

    const own = scene(vendor, { local: true });
    expect((await own.ask({ privacy: 'secret', model: 'gpt-4o' })).decision).toMatchObject({ model: 'n8n/gpt-4o', local: true, costUsd: 0 });
  });

  it('streams its text in pieces, without its thoughts, and its tool calls whole', async () => {
    const call = new AIMessageChunk({ content: '', tool_call_chunks: [{ index: 0, id: 'c1', name: 'look', args: '{"at":' }] });
    const rest = new AIMessageChunk({ content: '', tool_call_chunks: [{ index: 0, args: '"x"}' }] });
    const vendor = gpt([...['<think>hm', 'm</think>', 'One', ' moment.'].map((content) => new AIMessageChunk({ content })), call, rest, END]);
    const { router, connected } = scene(vendor);
    const tools = [{ name: 'look', description: 'Looks', schema: { type: 'object', properties: { at: { type: 'string' } } } }];
    const chunks = await all(router.stream(requestOf({ model: 'gpt-4o' }, { connected, tools, toolChoice: 'required' }), never));
    expect(chunks.slice(0, -1)).toEqual([{ type: 'text', text: 'One' }, { type: 'text', text: ' moment.' }, { type: 'tool-call', call: { id: 'c1', name: 'look', arguments: { at: 'x' } } }]);
    expect(chunks.at(-1)).toMatchObject({ type: 'finish', reply: { finishReason: 'tool-calls', usage: { promptTokens: 7, completionTokens: 3 } } });
    expect(vendor.asked[0]).toMatchObject({ tools: [{ function: { name: 'look' } }], toolOptions: { tool_choice: 'any' } });
  });

  it('answers in the shape that is asked for, by an older way where the first is refused', async () => {
    const schema = { name: 'mood', schema: { type: 'object', properties: { mood: { type: 'string' } }, required: ['mood'] } };
    const forced = new AIMessageChunk({ content: '', tool_call_chunks: [{ index: 0, id: 'c1', name: 'mood', args: '{"mood":"calm"}' }] });
    const vendor = gpt(refused(400), [forced, END]);
    expect(await scene(vendor).ask({ model: 'gpt-4o' }, { schema })).toMatchObject({ text: '{"mood":"calm"}', toolCalls: [], decision: { model: 'n8n/gpt-4o' } });
    expect(vendor.asked[0]!.options).toMatchObject({ response_format: { type: 'json_schema' } });
  });

  it.each([
    ['limits the rate', refused(429, { retryAfterMs: 90_000 })],
    ['refuses the key', refused(401)],
    ['is out of credit', refused(429, { code: 'insufficient_quota' })],
    ['refuses the request', refused(400)],
    ['does not know the model', refused(404)],
    ['finds the prompt too long', refused(400, { code: 'context_length_exceeded' })],
    ['is empty', said()],
    ['breaks off', [new AIMessageChunk({ content: 'Half an' })]],
  ])('gives way to another model when it %s', async (_how, answer) => {
    const wide = { models: [{ name: 'here', provider: 'ollama', model: 'qwen3:8b', contextTokens: 500_000 }] };
    const { ask } = scene(gpt(answer, answer), { moves: ['from here'], file: wide });
    expect(await ask({ model: 'gpt-4o' })).toMatchObject({ text: 'from here', decision: { model: 'ollama/qwen3:8b' } });
  });

  it('is tried again by the next request when its key was refused: the next node may have a good one', async () => {
    const { ask } = scene(gpt(refused(401), said('now')));
    await ask({ model: 'gpt-4o' });
    expect((await ask({ model: 'gpt-4o' })).text).toBe('now');
  });

  it('tries nothing again by itself', async () => {
    const vendor = gpt(refused(503), refused(503), said('third'));
    expect((await scene(vendor).ask({ model: 'gpt-4o' })).decision.model).toBe('ollama/qwen3:8b');
    // Once by the first call, once by the router's one retry.
    expect(vendor.asked).toHaveLength(2);
  });

  it('lets go at once when nobody wants the answer any more, however silent it is', async () => {
    const { router, connected } = scene(gpt(['silence']));
    const caller = new AbortController();
    const answer = router.complete(requestOf({ model: 'gpt-4o' }, { connected }), caller.signal);
    setImmediate(() => caller.abort());
    await expect(answer).rejects.toMatchObject({ code: 'CANCELLED' });
  });
});
