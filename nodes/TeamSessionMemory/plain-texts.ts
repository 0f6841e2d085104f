import type { SupplyData } from 'n8n-workflow';

interface LangChainMessage {
  content: string | Array<{ type?: string; text?: string }>;
}

/** What `supplyMemory` of n8n's kit makes of a memory. */
interface LangChainMemory {
  loadMemoryVariables(values: unknown): Promise<{ chat_history: LangChainMessage[] }>;
  chatHistory: { getMessages(): Promise<LangChainMessage[]> };
}

/**
 * Messages that are text alone are handed over as text, as n8n's own memories do. The kit makes lists of parts of them, and n8n's log view (2.41.1) shows every list as "[object Object]":
 * it makes a text of it before it looks whether it is one.
 */
export function withPlainTexts(supplied: SupplyData): SupplyData {
  const memory = supplied.response as LangChainMemory;
  const { chatHistory } = memory;
  // The kit's own methods, below what logs them: reading them from the memory would log each call twice.
  const load = (Object.getPrototypeOf(memory) as LangChainMemory).loadMemoryVariables;
  const read = chatHistory.getMessages.bind(chatHistory);
  chatHistory.getMessages = async () => (await read()).map(asPlainText);
  memory.loadMemoryVariables = async function (this: LangChainMemory, values) {
    const { chat_history: messages } = await load.call(this, values);
    return { chat_history: messages.map(asPlainText) };
  };
  return supplied;
}

function asPlainText(message: LangChainMessage): LangChainMessage {
  const { content } = message;
  if (Array.isArray(content) && content.length > 0 && content.every(({ type }) => type === 'text')) message.content = content.map(({ text = '' }) => text).join('\n');
  return message;
}
