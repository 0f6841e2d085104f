import { BaseChatModel, type BaseChatModelCallOptions } from '@langchain/core/language_models/chat_models';
import { AIMessage, type BaseMessage } from '@langchain/core/messages';
import { connectedModel } from '../../agents';
import type { Decision, ModelRequest } from '../../router';

type Options = BaseChatModelCallOptions & Record<string, unknown>;
interface Asked {
  messages: BaseMessage[];
  options: Options;
  tools?: unknown[];
  toolOptions?: unknown;
}

/** A real LangChain chat model whose vendor is the test. */
class VendorModel extends BaseChatModel<Options> {
  model = 'vendor-large';
  readonly asked: Asked[] = [];
  constructor(private readonly answers: Array<AIMessage | object | ((options: Options) => Promise<AIMessage>)>, private readonly bound?: { root: VendorModel; tools: unknown[]; toolOptions?: unknown }) {
    super({});
  }
  _llmType() {
    return 'vendor';
  }
  async _generate(messages: BaseMessage[], options: Options) {
    const { root, tools, toolOptions } = this.bound ?? { root: this as VendorModel };
    root.asked.push({ messages, options, tools, toolOptions });
    const answer = root.answers[root.asked.length - 1];
    if (typeof answer === 'function') return { generations: [{ text: '', message: await answer(options) }] };
    if (answer instanceof AIMessage) return { generations: [{ text: answer.text, message: answer }] };
    throw answer;
  }
  override bindTools(tools: unknown[], toolOptions?: unknown): never {
    return new VendorModel([], { root: this, tools, toolOptions }) as never;
  }
}

const signal = new AbortController().signal;
const schema = { name: 'aios_result', schema: { type: 'object', properties: { a: { type: 'string' } }, required: ['a'] } };
const request = (more: Partial<ModelRequest> = {}): ModelRequest => ({ messages: [{ role: 'system', text: 'You are' }, { role: 'user', text: 'Say' }], facts: { privacy: 'internal', role: 'code' }, ...more });
const cloud = { local: false, isOurRouter: false };
const said = (text: string, more: object = {}) => new AIMessage({ content: text, usage_metadata: { input_tokens: 7, output_tokens: 3, total_tokens: 10 }, ...more });
const httpError = (status: number, message = 'refused') => Object.assign(new Error(message), { status });

describe('a connected chat model', () => {
  it('is asked once, with every vendor\'s schema option and our facts', async () => {
    const vendor = new VendorModel([said('{"a":"x"}', { response_metadata: { model_name: 'vendor-large-2026' } })]);
    const reply = await connectedModel(vendor, cloud).complete(request({ schema }), signal);
    expect(reply).toMatchObject({ text: '{"a":"x"}', finishReason: 'stop', usage: { promptTokens: 7, completionTokens: 3 }, decision: { model: 'vendor-large-2026', provider: 'vendor', local: false, costUsd: null, estimatedCostUsd: null } });
    expect(vendor.asked).toHaveLength(1);
    expect(vendor.asked[0]!.options).toMatchObject({
      aios: { privacy: 'internal', role: 'code', schema },
      format: schema.schema,
      response_format: { type: 'json_schema', json_schema: { name: 'aios_result', schema: schema.schema, strict: true } },
      outputConfig: { format: { type: 'json_schema', schema: schema.schema } },
    });
  });

  it('gets plain messages that LangChain turns into its own, tool turns included', async () => {
    const vendor = new VendorModel([said('', { tool_calls: [{ id: 'c2', name: 'look', args: { at: 'y' } }] })]);
    const tools = [{ name: 'look', description: 'looks', schema: { type: 'object', properties: { at: { type: 'string' } } } }];
    const messages: ModelRequest['messages'] = [
      ...request().messages,
      { role: 'assistant', text: 'I look', toolCalls: [{ id: 'c1', name: 'look', arguments: { at: 'x' } }] },
      { role: 'tool', toolCallId: 'c1', toolName: 'look', text: 'seen' },
      { role: 'user', text: 'and this', images: [{ mediaType: 'image/png', base64: 'AAAA' }] },
    ];
    const reply = await connectedModel(vendor, cloud).complete(request({ messages, tools }), signal);
    expect(reply).toMatchObject({ finishReason: 'tool-calls', toolCalls: [{ id: 'c2', name: 'look', arguments: { at: 'y' } }] });
    const [asked] = vendor.asked;
    expect(asked!.messages.map((message) => message.getType())).toEqual(['system', 'human', 'ai', 'tool', 'human']);
    expect((asked!.messages[2] as AIMessage).tool_calls).toEqual([expect.objectContaining({ id: 'c1', name: 'look', args: { at: 'x' } })]);
    expect(asked!.messages[3]).toMatchObject({ tool_call_id: 'c1', content: 'seen' });
    expect(asked!.messages[4]!.content).toEqual([{ type: 'text', text: 'and this' }, { type: 'image_url', image_url: { url: 'data:image/png;base64,AAAA' } }]);
    expect(asked!.tools).toEqual([{ type: 'function', function: { name: 'look', description: 'looks', parameters: tools[0]!.schema } }]);
    expect(asked!.options.format).toBeUndefined();
  });

  it('falls back from a refused schema to a forced tool, then to a plain prompt', async () => {
    const vendor = new VendorModel([httpError(400), said('', { tool_calls: [{ id: 'c', name: 'aios_result', args: { a: 'x' } }] })]);
    expect(await connectedModel(vendor, cloud).complete(request({ schema }), signal)).toMatchObject({ text: '{"a":"x"}', toolCalls: [], finishReason: 'stop' });
    expect(vendor.asked[1]!.toolOptions).toEqual({ tool_choice: 'aios_result' });

    const older = new VendorModel([httpError(400), httpError(400), said('{"a":"y"}')]);
    expect(await connectedModel(older, cloud).complete(request({ schema }), signal)).toMatchObject({ text: '{"a":"y"}' });
    expect(older.asked[2]!.messages.at(-1)!.text).toContain('"required":["a"]');

    const toolless = new VendorModel([httpError(422), said('no tool call'), said('{"a":"z"}')]);
    expect(await connectedModel(toolless, cloud).complete(request({ schema }), signal)).toMatchObject({ text: '{"a":"z"}' });
  });

  it.each([
    [401, 'MODEL_AUTH', 'user'], [404, 'MODEL_NOT_FOUND', 'user'], [429, 'RATE_LIMITED', 'temporary'], [503, 'PROVIDER_DOWN', 'temporary'], [400, 'MODEL_REQUEST', 'bug'],
  ])('turns status %i into %s', async (status, code, kind) => {
    const vendor = new VendorModel([{ message: 'wrapped', cause: httpError(status, 'key sk-abcdefgh12345678 is bad') }]);
    await expect(connectedModel(vendor, cloud).complete(request(), signal)).rejects.toMatchObject({ code, kind });
  });

  it('hides keys that a provider prints back', async () => {
    const vendor = new VendorModel([httpError(401, 'key sk-abcdefgh12345678 is bad')]);
    await expect(connectedModel(vendor, cloud).complete(request(), signal)).rejects.toMatchObject({ message: expect.not.stringContaining('sk-abc') });
  });

  it('fails closed for secret items unless it is local or our router', async () => {
    const secret = request({ facts: { privacy: 'secret' } });
    const vendor = new VendorModel([said('a'), said('b')]);
    await expect(connectedModel(vendor, cloud).complete(secret, signal)).rejects.toMatchObject({ code: 'SECRET_NEEDS_LOCAL_MODEL' });
    expect(vendor.asked).toHaveLength(0);
    expect(await connectedModel(vendor, { local: true, isOurRouter: false }).complete(secret, signal)).toMatchObject({ text: 'a', decision: { local: true, costUsd: 0 } });
    expect(await connectedModel(vendor, { local: false, isOurRouter: true }).complete(secret, signal)).toMatchObject({ text: 'b' });
  });

  it('is not asked when the content is found to be secret, unless it is local, and the decision says why', async () => {
    const found = request({ messages: [{ role: 'user', text: 'Pay' }, { role: 'tool', toolCallId: 'c', toolName: 'look', text: 'card 4111 1111 1111 1111' }], facts: { privacy: 'public' } });
    const vendor = new VendorModel([said('a')]);
    const error = await connectedModel(vendor, cloud).complete(found, signal).catch((caught: unknown) => caught as Error);
    expect(error).toMatchObject({ code: 'SECRET_NEEDS_LOCAL_MODEL', message: expect.stringContaining('credit-card found in it') });
    expect(`${(error as Error).message} ${JSON.stringify(error)}`).not.toContain('4111');
    expect(vendor.asked).toHaveLength(0);
    expect((await connectedModel(vendor, { local: true, isOurRouter: false }).complete(found, signal)).decision).toMatchObject({ privacy: 'secret', raisedBy: ['credit-card'] });
  });

  it('quotes its vendor in an error, but not when the request is secret', async () => {
    const local = { local: true, isOurRouter: false };
    const failure = async (privacy: 'internal' | 'secret') => await connectedModel(new VendorModel([httpError(500, 'cannot read "umbrella"')]), local).complete(request({ facts: { privacy } }), signal).catch((error: unknown) => error as Error);
    expect((await failure('internal') as Error).message).toContain('umbrella');
    const hidden = (await failure('secret')) as Error;
    expect(hidden).toMatchObject({ code: 'PROVIDER_DOWN', cause: undefined });
    expect(`${hidden.message} ${hidden.stack}`).not.toContain('umbrella');
  });

  it('is not asked when a budget could not be kept', async () => {
    const vendor = new VendorModel([said('a')]);
    await expect(connectedModel(vendor, cloud).complete(request({ facts: { privacy: 'internal', budgetUsd: 1 } }), signal)).rejects.toMatchObject({ code: 'NO_MODEL' });
    expect(vendor.asked).toHaveLength(0);
  });

  it('passes on the decision of our router, and its errors as they are, without a fallback', async () => {
    const decision: Decision = { callId: 'c', model: 'ollama/small', provider: 'ollama', local: true, privacy: 'internal', complexity: 0.2, confidence: 0.9, preset: 'localFirst', candidates: [], estimatedCostUsd: 0, costUsd: 0, cached: false };
    const router = new VendorModel([said('x', { response_metadata: { aios: decision } }), httpError(400)]);
    const model = connectedModel(router, { local: false, isOurRouter: true });
    expect((await model.complete(request(), signal)).decision).toEqual(decision);
    await expect(model.complete(request({ schema }), signal)).rejects.toMatchObject({ code: 'MODEL_REQUEST' });
    expect(router.asked).toHaveLength(2);
  });

  it.each([[{ finish_reason: 'length' }, 'length'], [{ stop_reason: 'max_tokens' }, 'length'], [{ done_reason: 'length' }, 'length'], [{ stop_reason: 'refusal' }, 'refused'], [{ finish_reason: 'stop' }, 'stop']])('reads %j as %s', async (response_metadata, finishReason) => {
    expect(await connectedModel(new VendorModel([said('x', { response_metadata })]), cloud).complete(request(), signal)).toMatchObject({ finishReason });
  });

  it('reads text out of parts', async () => {
    const parts = new AIMessage({ content: [{ type: 'text', text: 'a' }, { type: 'text', text: 'b' }] });
    expect((await connectedModel(new VendorModel([parts]), cloud).complete(request(), signal)).text).toBe('ab');
    const bare = { invoke: async () => ({ content: [{ type: 'text', text: 'c' }, { type: 'reasoning', text: 'no' }] }) };
    expect(await connectedModel(bare, cloud).complete(request(), signal)).toMatchObject({ text: 'c', usage: { promptTokens: 0 }, decision: { model: 'connected' } });
    await expect(connectedModel(bare, cloud).complete(request({ tools: [{ name: 't', description: '', schema: {} }] }), signal)).rejects.toMatchObject({ code: 'NO_MODEL' });
  });

  it('ends with the signal even when the model does not look at it', async () => {
    const abort = new AbortController();
    const deaf = { invoke: () => new Promise(() => {}) };
    const waiting = connectedModel(deaf, cloud).complete(request({ schema }), abort.signal);
    abort.abort();
    await expect(waiting).rejects.toMatchObject({ code: 'CANCELLED' });
    await expect(connectedModel(deaf, cloud).complete(request(), abort.signal)).rejects.toMatchObject({ code: 'CANCELLED' });
  });

  it("ends at the run's deadline, which is not a stop", async () => {
    const deaf = { invoke: () => new Promise(() => {}) };
    const asked = request();
    const waiting = connectedModel(deaf, cloud).complete({ ...asked, facts: { ...asked.facts, deadlineS: 0.02 } }, signal);
    await expect(waiting).rejects.toMatchObject({ code: 'DEADLINE_EXCEEDED', hint: expect.stringContaining('more time') });
  });
});
