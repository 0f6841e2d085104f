import { makeId, type JsonObject } from '../../kernel';
import { DEFAULT_PRESET, decisionSchema, type Decision, type FinishReason, type JudgedRequest, type ModelReply, type ToolCall } from '../../router';

/** What of a LangChain AI message we read. Any of it may be missing: vendors differ. */
export interface ChainMessage {
  id?: string;
  text?: unknown;
  content?: unknown;
  tool_calls?: Array<{ id?: string; name: string; args?: unknown }>;
  usage_metadata?: { input_tokens?: number; output_tokens?: number };
  response_metadata?: Record<string, unknown>;
  /** Where Anthropic's streamed answers say why they ended. */
  additional_kwargs?: Record<string, unknown>;
}

/** What is known of the wired model beside its answer. */
export interface ModelIdentity {
  name: string;
  provider: string;
  local: boolean;
}

/** What the model calls itself, else who makes it. */
export function identityOf(chatModel: object, local: boolean): ModelIdentity {
  const { model, modelName, _llmType } = chatModel as { model?: unknown; modelName?: unknown; _llmType?: () => string };
  const name = [model, modelName].find((candidate) => typeof candidate === 'string' && candidate !== '') as string | undefined;
  const provider = typeof _llmType === 'function' ? _llmType.call(chatModel) : 'connected';
  return { name: name ?? provider, provider, local };
}

export function modelReply(message: ChainMessage, request: JudgedRequest, identity: ModelIdentity): ModelReply {
  return { ...answerOf(message), decision: routersDecision(message) ?? ownDecision(message, request, identity) };
}

/** The answer without the decision. */
export function answerOf(message: ChainMessage): Omit<ModelReply, 'decision'> {
  const toolCalls = (message.tool_calls ?? []).map(toolCall);
  return {
    text: textOf(message),
    toolCalls,
    finishReason: finishReason(message, toolCalls.length > 0),
    usage: { promptTokens: count(message.usage_metadata?.input_tokens), completionTokens: count(message.usage_metadata?.output_tokens) },
  };
}

function toolCall({ id, name, args }: NonNullable<ChainMessage['tool_calls']>[number]): ToolCall {
  return { id: id ?? makeId(), name, arguments: typeof args === 'object' && args !== null ? (args as JsonObject) : {} };
}

/** `text` is there on every message of a current LangChain; `content` is a text or a list of parts. */
export function textOf({ text, content }: ChainMessage): string {
  if (typeof text === 'string') return text;
  if (typeof content === 'string') return content;
  if (!Array.isArray(content)) return '';
  return content.map((part: { type?: string; text?: string }) => (part.type === 'text' ? (part.text ?? '') : '')).join('');
}

/** OpenAI, Anthropic and Ollama each have their own key and words for why an answer ended. */
const ENDED_BY_LENGTH = ['length', 'max_tokens', 'max_output_tokens'];
const ENDED_BY_REFUSAL = ['refusal', 'content_filter'];

function finishReason(message: ChainMessage, hasToolCalls: boolean): FinishReason {
  if (hasToolCalls) return 'tool-calls';
  const reason = reasonOf(message) ?? '';
  if (ENDED_BY_LENGTH.includes(reason)) return 'length';
  return ENDED_BY_REFUSAL.includes(reason) ? 'refused' : 'stop';
}

/** In the vendor's words; `undefined` when the message does not say why it ended. */
export function reasonOf({ response_metadata: metadata = {}, additional_kwargs: more = {} }: ChainMessage): string | undefined {
  const reason = metadata.finish_reason ?? metadata.stop_reason ?? metadata.done_reason ?? more.stop_reason;
  return typeof reason === 'string' && reason !== '' ? reason : undefined;
}

function count(tokens: unknown): number {
  return typeof tokens === 'number' && tokens >= 0 ? Math.round(tokens) : 0;
}

/** Our router sends its decision along. */
function routersDecision(message: ChainMessage): Decision | undefined {
  const parsed = decisionSchema.safeParse(message.response_metadata?.aios);
  return parsed.success ? parsed.data : undefined;
}

/** The author decided by wiring the model. What it costs is not known to us, unless it runs here. */
function ownDecision(message: ChainMessage, { facts, raisedBy }: JudgedRequest, identity: ModelIdentity): Decision {
  const metadata = message.response_metadata ?? {};
  const answered = [metadata.model_name, metadata.model].find((name) => typeof name === 'string' && name !== '') as string | undefined;
  const costUsd = identity.local ? 0 : null;
  return {
    callId: makeId(),
    model: answered ?? identity.name,
    provider: identity.provider,
    local: identity.local,
    privacy: facts.privacy,
    ...(raisedBy && { raisedBy }),
    complexity: 0,
    confidence: 0,
    preset: facts.preset ?? DEFAULT_PRESET,
    candidates: [],
    estimatedCostUsd: costUsd,
    costUsd,
    cached: false,
    ...(facts.escalateFrom && { escalatedFrom: facts.escalateFrom }),
  };
}
