import { DynamicStructuredTool } from '@langchain/core/tools';
import { NodeConnectionTypes, type IDataObject, type IExecuteFunctions, type INodeType } from 'n8n-workflow';
import { z } from 'zod/v3';
import { startOllamaServer, type ModelServer, type ModelServerOptions } from '../support/model-servers';
import { useNodeHost } from '../support/node-host';
import { ourNodeTypes } from '../support/our-nodes';
import { itemsOf, runWorkflow } from '../support/run-workflow';
import { sourceOf, testNode } from '../support/test-nodes';

/** What a LangChain chat model is to the nodes it is connected to. */
interface ChatModel {
  invoke(messages: unknown, options?: object): Promise<Reply>;
  stream(messages: unknown, options?: object): Promise<AsyncIterable<Reply & { concat(other: Reply): Reply }>>;
  bindTools(tools: unknown[]): ChatModel;
}
interface Reply {
  text: string;
  tool_calls?: Array<{ name: string; args: object; id?: string }>;
  usage_metadata?: { input_tokens: number; output_tokens: number };
  response_metadata: IDataObject;
}

// The first test loads n8n's AI SDK, which takes seconds on a busy machine.
jest.setTimeout(30_000);

const QUESTION = [['system', 'Be brief.'], ['human', 'Hello?']];
// The schema is written as JSON Schema and as zod: n8n's own tools bring zod objects.
const calculator = new DynamicStructuredTool({ name: 'calculator', description: 'Adds', schema: { type: 'object', properties: { a: { type: 'number' } }, required: ['a'] } as never, func: async () => '4' });
const zodTool = new DynamicStructuredTool({ name: 'lookup', description: 'Finds', schema: z.object({ word: z.string() }) as never, func: async () => 'x' });

let ollama: ModelServer;
let host: ReturnType<typeof useNodeHost>;

async function serve(options: Partial<ModelServerOptions> = {}) {
  ollama = await startOllamaServer({ models: ['qwen3:8b'], ...options });
  host = useNodeHost({ OLLAMA_HOST: ollama.url });
}
afterEach(async () => {
  await ollama.close();
  host.restore();
});

/** Runs a root node of the test that asks the model connected to it. */
async function runWith(ask: (model: ChatModel, context: IExecuteFunctions) => Promise<object>, parameters: IDataObject = {}, below: INodeType[] = []) {
  const root: INodeType = testNode(
    async (context) => {
      const model = (await context.getInputConnectionData(NodeConnectionTypes.AiLanguageModel, 0)) as ChatModel;
      return [[{ json: { ...(await ask(model, context)) } }]];
    },
    { inputs: [NodeConnectionTypes.Main, { type: NodeConnectionTypes.AiLanguageModel, maxConnections: 1, required: true }] },
  );
  return await runWorkflow(
    {
      nodes: [
        { name: 'Source', type: 'source', parameters: {} },
        { name: 'Root', type: 'root', parameters: {} },
        { name: 'Model', type: 'n8n-nodes-aios.hybridRouterModel', parameters: parameters as never },
        ...below.map((_, index) => ({ name: `Below ${index}`, type: `below${index}`, parameters: {} })),
      ],
      connections: {
        Source: { main: [[{ node: 'Root', type: 'main', index: 0 }]] },
        Model: { ai_languageModel: [[{ node: 'Root', type: 'ai_languageModel', index: 0 }]] },
        ...Object.fromEntries(below.map((_, index) => [`Below ${index}`, { ai_languageModel: [[{ node: 'Model', type: 'ai_languageModel' as const, index: 0 }]] }])),
      },
    },
    { nodeTypes: { ...ourNodeTypes, source: sourceOf([{}]), root, ...Object.fromEntries(below.map((node, index) => [`below${index}`, node])) } },
  );
}

const lastRequest = () => ollama.chatRequests().at(-1)!.body as IDataObject & { messages: IDataObject[]; tools?: Array<{ function: IDataObject }> };

it('answers an invoke with text, usage and the decision', async () => {
  await serve({ answers: [{ text: 'Hi!', promptTokens: 9, completionTokens: 2 }] });
  const run = await runWith(async (model) => {
    const { text, usage_metadata, response_metadata } = await model.invoke(QUESTION);
    return { text, usage_metadata, aios: response_metadata.aios };
  });
  expect(itemsOf(run, 'Root')[0]?.json).toMatchObject({ text: 'Hi!', usage_metadata: { input_tokens: 9, output_tokens: 2 }, aios: { model: 'ollama/qwen3:8b', local: true } });
  expect(lastRequest().messages).toEqual([expect.objectContaining({ role: 'system', content: 'Be brief.' }), expect.objectContaining({ role: 'user', content: 'Hello?' })]);
});

it('shows usage and decision in the run data of the model node', async () => {
  await serve({ answers: [{ text: 'Hi!', promptTokens: 9, completionTokens: 2 }] });
  const run = await runWith(async (model) => ({ text: (await model.bindTools([calculator]).invoke(QUESTION)).text }));
  const [shown] = run.data.resultData.runData.Model![0]!.data!.ai_languageModel![0]!;
  expect(shown?.json).toMatchObject({ tokenUsage: { promptTokens: 9, completionTokens: 2 }, response: { generations: [[{ generationInfo: { aios: { model: 'ollama/qwen3:8b' } } }]] } });
});

it("tells n8n's OpenTelemetry of its calls, on the node it is connected to", async () => {
  await serve({ answers: [{ text: 'Hi!', promptTokens: 9, completionTokens: 2 }, { text: 'Ho!', promptTokens: 9, completionTokens: 2 }] });
  const run = await runWith(async (model) => ({ text: (await model.invoke(QUESTION)).text + (await model.invoke(QUESTION)).text }));
  expect(run.data.resultData.runData.Root![0]!.metadata?.tracing).toMatchObject({ 'gen_ai.response.model': 'ollama/qwen3:8b', 'gen_ai.usage.input_tokens': 18, 'aios.calls': 2, 'aios.local': true });
});

it('passes tools on, whatever their schema is written in, and the calls back', async () => {
  await serve({ answers: [{ toolCalls: [{ name: 'calculator', arguments: { a: 2 } }, { name: 'lookup', arguments: { word: 'sea' } }] }] });
  const run = await runWith(async (model) => ({ calls: (await model.bindTools([calculator, zodTool]).invoke(QUESTION)).tool_calls }));
  expect(itemsOf(run, 'Root')[0]?.json.calls).toEqual([expect.objectContaining({ name: 'calculator', args: { a: 2 } }), expect.objectContaining({ name: 'lookup', args: { word: 'sea' } })]);
  expect(lastRequest().tools!.map((tool) => tool.function)).toEqual([
    expect.objectContaining({ name: 'calculator', parameters: expect.objectContaining({ properties: { a: { type: 'number' } } }) }),
    expect.objectContaining({ name: 'lookup', parameters: expect.objectContaining({ type: 'object', properties: { word: expect.objectContaining({ type: 'string' }) } }) }),
  ]);
});

it('tells the model what its tools have answered', async () => {
  await serve();
  await runWith(async (model) => {
    await model.invoke([{ role: 'user', content: '2 + 2?' }, { role: 'assistant', content: '', tool_calls: [{ id: 'c1', type: 'tool_call', name: 'calculator', args: { a: 2 } }] }, { role: 'tool', content: '4', tool_call_id: 'c1' }]);
    return {};
  });
  expect(lastRequest().messages).toEqual([
    expect.objectContaining({ role: 'user' }),
    expect.objectContaining({ role: 'assistant', tool_calls: [expect.objectContaining({ function: expect.objectContaining({ name: 'calculator', arguments: { a: 2 } }) })] }),
    expect.objectContaining({ role: 'tool', content: '4', tool_name: 'calculator' }),
  ]);
});

it('streams text in pieces, tool calls whole, and ends with the usage', async () => {
  await serve({ answers: [{ text: 'One moment, I shall look.', toolCalls: [{ name: 'calculator', arguments: { a: 1 } }, { name: 'calculator', arguments: { a: 2 } }], promptTokens: 5, completionTokens: 4 }] });
  const run = await runWith(async (model) => {
    let whole: (Reply & { concat(other: Reply): Reply }) | undefined;
    let pieces = 0;
    for await (const chunk of await model.bindTools([calculator]).stream(QUESTION)) {
      pieces += chunk.text ? 1 : 0;
      whole = whole ? (whole.concat(chunk) as typeof chunk) : chunk;
    }
    return { pieces, text: whole!.text, calls: whole!.tool_calls!.map(({ args }) => args), usage: whole!.usage_metadata, aios: whole!.response_metadata.aios };
  });
  expect(run.data.resultData.error).toBeUndefined();
  const json = itemsOf(run, 'Root')[0]!.json;
  expect(json).toMatchObject({ text: 'One moment, I shall look.', calls: [{ a: 1 }, { a: 2 }], usage: { input_tokens: 5, output_tokens: 4 }, aios: { model: 'ollama/qwen3:8b' } });
  expect(json.pieces).toBeGreaterThan(1);
});

it('obeys the schema our agents hand over, and raises privacy but never lowers it', async () => {
  await serve();
  const schema = { name: 'mood', schema: { type: 'object', properties: { mood: { type: 'string' } }, required: ['mood'] } };
  const run = await runWith(
    async (model) => ({
      raised: (await model.invoke(QUESTION, { aios: { privacy: 'secret', schema } })).response_metadata.aios,
      kept: (await model.invoke(QUESTION, { aios: { privacy: 'public' } })).response_metadata.aios,
    }),
    { privacy: 'internal' },
  );
  expect(itemsOf(run, 'Root')[0]?.json).toMatchObject({ raised: { privacy: 'secret' }, kept: { privacy: 'internal' } });
  expect(ollama.chatRequests()[0]!.body.format).toMatchObject({ properties: { mood: { type: 'string' } } });
});

it('ends a call when its caller gives up, and closes the socket', async () => {
  await serve({ faults: () => ({ kind: 'stall-before-first-token' }) });
  const run = await runWith(async (model) => {
    const caller = new AbortController();
    const answer = model.invoke(QUESTION, { signal: caller.signal }).then(() => 'answered', () => 'ended');
    while (ollama.chatRequests().length === 0) await new Promise((resolve) => setImmediate(resolve));
    caller.abort();
    return { outcome: await answer };
  });
  expect(itemsOf(run, 'Root')[0]?.json.outcome).toBe('ended');
  while (ollama.openSockets() > 0) await new Promise((resolve) => setImmediate(resolve));
});

/** A chat-model node of n8n's, as far as the engine and our node touch it. */
function chatModelNode(answer: object): INodeType {
  return Object.assign(testNode(async () => [[]], { inputs: [], outputs: [NodeConnectionTypes.AiLanguageModel] }), { execute: undefined, supplyData: async () => ({ response: answer }) }) as INodeType;
}

it('names the models connected below it by model and by node, and asks the one that is wanted', async () => {
  await serve();
  const below = ['gpt-4o', 'claude-opus-4-5'].map((model) => chatModelNode({ model, invoke: async () => ({ text: `I am ${model}.` }) }));
  const run = await runWith(async (model) => { const { text, response_metadata } = await model.invoke(QUESTION); return { text, aios: response_metadata.aios }; }, { options: { model: 'Below 1' } }, below);
  expect(itemsOf(run, 'Root')[0]?.json).toMatchObject({ text: 'I am claude-opus-4-5.', aios: { model: 'n8n/claude-opus-4-5', provider: 'n8n', local: false } });
  expect(ollama.chatRequests()).toEqual([]);
});

it('says so when another router is connected below it', async () => {
  await serve();
  const { error } = (await runWith(async (model) => await model.invoke(QUESTION), {}, [ourNodeTypes['n8n-nodes-aios.hybridRouterModel'] as INodeType])).data.resultData;
  expect(`${error?.message} ${(error as { description?: string } | undefined)?.description}`).toContain('Hybrid Router Model is connected to a Hybrid Router Model');
});

it('fails the node it is connected to with message and hint', async () => {
  await serve({ models: [] });
  const { error } = (await runWith(async (model) => await model.invoke(QUESTION))).data.resultData;
  expect(error).toMatchObject({ message: expect.stringMatching(/\S/), description: expect.stringMatching(/\S/), node: { name: 'Model' } });
});

it('serves our own agents with plan, model and cost', async () => {
  await serve();
  const run = await runWorkflow(
    {
      nodes: [
        { name: 'Source', type: 'source', parameters: {} },
        { name: 'Plan', type: 'n8n-nodes-aios.ctoAgent', parameters: {} },
        { name: 'Model', type: 'n8n-nodes-aios.hybridRouterModel', parameters: {} },
      ],
      connections: {
        Source: { main: [[{ node: 'Plan', type: 'main', index: 0 }]] },
        Model: { ai_languageModel: [[{ node: 'Plan', type: 'ai_languageModel', index: 0 }]] },
      },
    },
    { nodeTypes: { ...ourNodeTypes, source: sourceOf([{ goal: 'Write a haiku.' }]) } },
  );
  expect(itemsOf(run, 'Plan')[0]?.json).toMatchObject({ goal: 'Write a haiku.', model: 'ollama/qwen3:8b', costUsd: 0 });
});
