import { ollamaDriver, openAiCompatibleDriver, type DriverChunk, type ModelDriver } from '../../router';
import { ToolCallsInText } from '../../router/drivers/tool-calls-in-text';
import { startOllamaServer, startOpenAiServer } from '../support/model-servers';

const TEA = { name: 'look_up', arguments: { word: 'tea' } };
const JSON_CALL = JSON.stringify(TEA);

describe('tool calls written as text', () => {
  it.each([
    ['tags', `<tool_call>\n${JSON_CALL}\n</tool_call>`, 1],
    ['two in tags', `<tool_call>${JSON_CALL}</tool_call>\n<tool_call>${JSON_CALL}</tool_call>`, 2],
    ['a tag that is never closed', `<tool_call>${JSON_CALL}`, 1],
    ['Mistral\'s list', `[TOOL_CALLS] [${JSON_CALL}]`, 1],
    ['bare JSON with parameters', JSON.stringify({ name: 'look_up', parameters: { word: 'tea' } }), 1],
    ['a fence', `\`\`\`json\n${JSON_CALL}\n\`\`\``, 1],
    ['arguments written as a string', JSON.stringify({ name: 'look_up', arguments: '{"word":"tea"}' }), 1],
  ])('are found in %s, in pieces of any size, and nothing of them is shown', (_what, text, count) => {
    for (const size of [1, 3, 1_000]) expect(split(text, size)).toEqual({ shown: '', calls: Array.from({ length: count }, () => TEA) });
  });

  it.each([
    ['a tool nobody offered', '{"name":"format_disk","arguments":{}}'],
    ['JSON that is the answer', '{"capital":"Paris"}'],
    ['a call quoted in a text', `The page says: <tool_call>${JSON_CALL}</tool_call>`],
    ['a call with words after it', `<tool_call>${JSON_CALL}</tool_call> is what the page says.`],
    ['code', '```ts\nlook_up("tea");\n```'],
    ['a half tag', '<tool_'],
    ['plain words', 'Tea is a drink.'],
  ])('are not seen in %s', (_what, text) => {
    for (const size of [1, 3, 1_000]) expect(split(text, size)).toEqual({ shown: text, calls: [] });
  });

  it('reach the caller from Ollama and from compatible servers, after thinking too', async () => {
    const answers = [`<think>hm</think>\n<tool_call>${JSON_CALL}</tool_call>`];
    const ollama = await startOllamaServer({ models: ['qwen3:8b'], answers });
    const openAi = await startOpenAiServer({ models: ['qwen3-8b'], answers });
    try {
      for (const driver of [ollamaDriver({ url: ollama.url }), openAiCompatibleDriver({ baseUrl: `${openAi.url}/v1`, local: true })]) {
        const chunks = await callsOf(driver);
        expect(chunks.filter(({ type }) => type === 'text')).toEqual([]);
        expect(chunks.slice(-2)).toMatchObject([{ type: 'tool-call', call: TEA }, { type: 'finish', reason: 'tool-calls' }]);
      }
    } finally {
      await Promise.all([ollama.close(), openAi.close()]);
    }
  });
});

function split(text: string, size: number) {
  const filter = new ToolCallsInText(['look_up']);
  let shown = '';
  for (let start = 0; start < text.length; start += size) shown += filter.push(text.slice(start, start + size));
  const { text: rest, calls } = filter.end();
  return { shown: shown + rest, calls };
}

async function callsOf(driver: ModelDriver): Promise<DriverChunk[]> {
  const { signal } = new AbortController();
  const [model] = await driver.listModels(signal);
  const tools = [{ name: 'look_up', description: 'Looks something up.', schema: { type: 'object' } }];
  return await Array.fromAsync(driver.stream({ model: model!, messages: [{ role: 'user', text: 'Tea?' }], tools, toolChoice: 'auto' }, signal));
}
