import type { GenerateResult, Message, MessageContent, TokenUsage, Tool } from '@n8n/ai-node-sdk';
import { jsonParse } from 'n8n-workflow';
import type { JsonObject } from '../../kernel';
import type { ChatMessage, ModelReply, ToolCall, ToolSpec } from '../../router';

/** n8n's messages in the router's words. A tool's answer names its tool by the call it answers. */
export function chatMessages(messages: Message[]): ChatMessage[] {
  const toolNames = new Map<string, string>();
  return messages.flatMap((message): ChatMessage[] => {
    if (message.role === 'tool') return toolAnswers(message, toolNames);
    if (message.role !== 'assistant') return [{ role: message.role, text: textOf(message.content, '\n'), ...imagesOf(message.content) }];
    const toolCalls = toolCallsOf(message.content);
    for (const { id, name } of toolCalls) toolNames.set(id, name);
    return [{ role: 'assistant', text: textOf(message.content, ''), ...(toolCalls.length > 0 && { toolCalls }) }];
  });
}

/** @param argumentsSchema reads schemas of any make: a tool may bring n8n's zod objects */
export function toolSpecs(tools: Tool[], argumentsSchema: (schema: unknown) => JsonObject): ToolSpec[] {
  return tools.flatMap((tool) => (tool.type === 'function' ? [{ name: tool.name, description: tool.description ?? '', schema: argumentsSchema(tool.inputSchema) }] : []));
}

export function contentOf({ text, toolCalls }: ModelReply): MessageContent[] {
  const calls = toolCalls.map((call): MessageContent => ({ type: 'tool-call', toolCallId: call.id, toolName: call.name, input: JSON.stringify(call.arguments) }));
  return text === '' && calls.length > 0 ? calls : [{ type: 'text', text }, ...calls];
}

export function finishReasonOf({ finishReason }: ModelReply): NonNullable<GenerateResult['finishReason']> {
  return finishReason === 'refused' ? 'content-filter' : finishReason;
}

export function usageOf({ usage: { promptTokens, completionTokens } }: ModelReply): TokenUsage {
  return { promptTokens, completionTokens, totalTokens: promptTokens + completionTokens };
}

function toolAnswers({ content, name }: Message, toolNames: Map<string, string>): ChatMessage[] {
  return content.flatMap((part): ChatMessage[] => {
    if (part.type !== 'tool-result') return [];
    return [{ role: 'tool', toolCallId: part.toolCallId, toolName: toolNames.get(part.toolCallId) ?? name ?? 'tool', text: resultText(part.result) }];
  });
}

function resultText(result: unknown): string {
  if (typeof result === 'string') return result;
  return Array.isArray(result) ? textOf(result as MessageContent[], '\n') || JSON.stringify(result) : (JSON.stringify(result) ?? '');
}

function textOf(content: MessageContent[], between: string): string {
  return content.flatMap((part) => (part.type === 'text' ? [part.text] : [])).join(between);
}

function imagesOf(content: MessageContent[]) {
  const images = content.flatMap((part) =>
    part.type === 'file' && part.mediaType?.startsWith('image/') && part.data ? [{ mediaType: part.mediaType, base64: typeof part.data === 'string' ? part.data : Buffer.from(part.data).toString('base64') }] : [],
  );
  return images.length > 0 ? { images } : {};
}

// LangChain keeps a call both in the content and beside it, so the same id may come twice.
function toolCallsOf(content: MessageContent[]): ToolCall[] {
  const calls = new Map<string, ToolCall>();
  for (const part of content) {
    if (part.type !== 'tool-call') continue;
    const id = part.toolCallId ?? `${part.toolName}-${calls.size}`;
    calls.set(id, { id, name: part.toolName, arguments: jsonParse<JsonObject>(part.input, { fallbackValue: {} }) });
  }
  return [...calls.values()];
}
