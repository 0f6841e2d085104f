import type { ISupplyDataFunctions } from 'n8n-workflow';
import type { SessionMessage } from '../../memory';
import { withPlainTexts } from '../../nodes/TeamSessionMemory/plain-texts';
import { sessionChatMemory } from '../../nodes/TeamSessionMemory/session-chat-memory';
import { aiNodeSdk } from '../../nodes/shared/ai-node-sdk';

/** What n8n's log view takes of a message, word for word: it makes a text of the content before it looks for a list. */
const shownByLogView = (message: unknown): string => String((JSON.parse(JSON.stringify(message)) as { kwargs: { content: unknown } }).kwargs.content);

interface Supplied {
  loadMemoryVariables(values: unknown): Promise<{ chat_history: unknown[] }>;
  saveContext(input: unknown, output: unknown): Promise<void>;
  chatHistory: { addMessage(message: unknown): Promise<void>; getMessages(): Promise<unknown[]> };
}

it('shows what was said in n8n\'s log view, and keeps tool calls as they were', async () => {
  const messages: SessionMessage[] = [];
  const conversation = { load: async () => await Promise.resolve({ summary: '', messages: [...messages] }), add: async (added: readonly SessionMessage[]) => void (await Promise.resolve(messages.push(...added))), clear: async () => await Promise.resolve() };
  const logged: Array<{ chatHistory?: unknown[] }> = [];
  const context = { addInputData: () => ({ index: 0 }), addOutputData: (_type: string, _index: number, [[{ json }]]: [[{ json: object }]]) => void logged.push(json), logAiEvent: () => {}, getNode: () => ({ name: 'Session' }) } as unknown as ISupplyDataFunctions;
  const memory = withPlainTexts(aiNodeSdk().supplyMemory(context, sessionChatMemory(conversation, (error) => error as Error))).response as Supplied;
  await memory.saveContext({ input: 'When do we open?' }, { output: 'At nine.' });
  await conversation.add([{ role: 'assistant', text: '', raw: { role: 'assistant', content: [{ type: 'text', text: 'I look.' }, { type: 'tool-call', toolCallId: 'c1', toolName: 'hours', input: '{"day":"Monday"}' }] } }]);
  await conversation.add([{ role: 'tool', text: '', raw: { role: 'tool', content: [{ type: 'tool-result', toolCallId: 'c1', result: 'nine' }] } }]);
  const { chat_history: history } = await memory.loadMemoryVariables({});
  expect(history.map(shownByLogView)).toEqual(['When do we open?', 'At nine.', 'I look.', 'nine']);
  expect(JSON.parse(JSON.stringify(history[2]))).toMatchObject({ kwargs: { tool_calls: [{ id: 'c1', name: 'hours', args: { day: 'Monday' } }] } });
  expect((await memory.chatHistory.getMessages()).map(shownByLogView)).toEqual(['When do we open?', 'At nine.', 'I look.', 'nine']);
  expect(logged.map(({ chatHistory }) => chatHistory?.map(shownByLogView))).toEqual([['When do we open?', 'At nine.'], ['When do we open?', 'At nine.', 'I look.', 'nine']]);
});
