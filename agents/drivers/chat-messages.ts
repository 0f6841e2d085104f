import type { ChatMessage } from '../../router';

/**
 * Our messages in the plain form LangChain turns into its own. Its classes are not imported: n8n may bring another copy of them,
 * and an instance of ours would not be one of its.
 */
export function plainMessages(messages: readonly ChatMessage[]): object[] {
  return messages.map(plainMessage);
}

function plainMessage(message: ChatMessage): object {
  if (message.role === 'tool') return { role: 'tool', content: message.text, tool_call_id: message.toolCallId, name: message.toolName };
  if (message.role === 'assistant') {
    const calls = message.toolCalls ?? [];
    return { role: 'assistant', content: message.text, ...(calls.length > 0 && { tool_calls: calls.map((call) => ({ id: call.id, name: call.name, args: call.arguments, type: 'tool_call' })) }) };
  }
  if (!message.images?.length) return { role: message.role, content: message.text };
  const images = message.images.map((image) => ({ type: 'image_url', image_url: { url: `data:${image.mediaType};base64,${image.base64}` } }));
  return { role: message.role, content: [{ type: 'text', text: message.text }, ...images] };
}
