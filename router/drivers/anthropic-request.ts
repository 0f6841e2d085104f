import type Anthropic from '@anthropic-ai/sdk';
import type { ModelCall } from '../model-driver';
import type { ChatMessage, OutputSchema } from '../request';

/** How a demanded schema is told to Claude: as `output_config`, or as a tool it must call. */
export type SchemaForm = 'native' | 'tool';

export function messageBody(call: ModelCall, form: SchemaForm, maxTokens: number): Anthropic.MessageCreateParamsStreaming {
  const { schema } = call;
  const asTool = schema !== undefined && form === 'tool';
  const tools = [...call.tools, ...(asTool ? [{ name: schemaToolName(schema), description: 'Give your answer by calling this tool.', schema: schema.schema }] : [])];
  const system = call.messages.filter((message) => message.role === 'system').map((message) => message.text).join('\n\n');
  return {
    model: call.model.name,
    max_tokens: maxTokens,
    stream: true,
    messages: toTurns(call.messages),
    ...(system === '' ? {} : { system }),
    // Others allow up to 2.
    ...(call.temperature === undefined ? {} : { temperature: Math.min(1, call.temperature) }),
    ...(schema && form === 'native' ? { output_config: { format: { type: 'json_schema' as const, schema: schema.schema } } } : {}),
    ...(tools.length > 0 ? { tools: tools.map((tool) => ({ name: tool.name, description: tool.description, input_schema: { ...tool.schema, type: 'object' as const } })), tool_choice: toolChoice(call, asTool ? schemaToolName(schema) : undefined) } : {}),
  };
}

/** Tool names allow letters, digits, `_` and `-`, at most 64. */
export function schemaToolName(schema: OutputSchema): string {
  return `answer_${schema.name}`.replace(/[^\w-]/g, '_').slice(0, 64);
}

function toolChoice(call: ModelCall, answerTool: string | undefined): Anthropic.ToolChoice {
  if (answerTool !== undefined) return { type: 'tool', name: answerTool };
  if (typeof call.toolChoice === 'object') return { type: 'tool', name: call.toolChoice.name };
  return { type: call.toolChoice === 'required' ? 'any' : 'auto' };
}

/** Claude wants turns to alternate and tool results inside a user turn: neighbours of one side are joined. */
function toTurns(messages: ChatMessage[]): Anthropic.MessageParam[] {
  const turns: Array<{ role: 'user' | 'assistant'; content: Anthropic.ContentBlockParam[] }> = [];
  for (const message of messages) {
    if (message.role === 'system') continue;
    const role = message.role === 'assistant' ? 'assistant' : 'user';
    const last = turns.at(-1);
    if (last?.role === role) last.content.push(...toBlocks(message));
    else turns.push({ role, content: toBlocks(message) });
  }
  // A conversation of system messages only, or one with an empty turn, would be refused.
  const said = turns.filter((turn) => turn.content.length > 0);
  return said.length > 0 ? said : [{ role: 'user', content: 'Please answer.' }];
}

function toBlocks(message: ChatMessage): Anthropic.ContentBlockParam[] {
  const text: Anthropic.ContentBlockParam[] = message.text.trim() === '' ? [] : [{ type: 'text', text: message.text }];
  if (message.role === 'tool') return [{ type: 'tool_result', tool_use_id: message.toolCallId, content: message.text }];
  if (message.role === 'assistant') return [...text, ...(message.toolCalls ?? []).map((call) => ({ type: 'tool_use' as const, id: call.id, name: call.name, input: call.arguments }))];
  const images = (message.images ?? []).map((image) => ({ type: 'image' as const, source: { type: 'base64' as const, media_type: image.mediaType as Anthropic.Base64ImageSource['media_type'], data: image.base64 } }));
  return [...images, ...text];
}
