import type { ChatMessage } from './request';

/** Messages without halves of characters, as a text that was cut somewhere on its way leaves them: services refuse the whole request for one. */
export function wellFormedMessages(messages: readonly ChatMessage[]): ChatMessage[] {
  return messages.map((message) => {
    const text = message.text.toWellFormed();
    if (message.role !== 'assistant' || !message.toolCalls) return text === message.text ? message : { ...message, text };
    return { ...message, text, toolCalls: JSON.parse(JSON.stringify(message.toolCalls, wellFormedValue)) as typeof message.toolCalls };
  });
}

function wellFormedValue(_name: string, value: unknown): unknown {
  return typeof value === 'string' ? value.toWellFormed() : value;
}
