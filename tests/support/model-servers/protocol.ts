import type { JsonObject, JsonValue } from '../../../kernel';

/** What a chat request asks for, whatever API it came through. */
export interface Ask {
  model: string;
  stream: boolean;
  schema?: JsonObject;
  tools: Array<{ name: string; schema: JsonObject }>;
  /** `any`: some tool must be called; otherwise the name of the one. */
  forcedTool?: string;
  logprobs?: boolean;
}

/** One scripted answer. A plain string is its text; `json` is written out as text. */
export type Answer = string | { text?: string; json?: JsonValue; thinking?: string; toolCalls?: Array<{ name: string; arguments: JsonObject }>; promptTokens?: number; completionTokens?: number; finish?: 'length' | 'refused'; /** Of each piece of text, told where the request asks for it. */ logprob?: number };

export interface Reply {
  text: string;
  thinking: string;
  toolCalls: Array<{ name: string; arguments: JsonObject }>;
  promptTokens: number;
  completionTokens: number;
  finish?: 'length' | 'refused';
  logprob?: number;
}

/** What goes wrong with one chat request. */
export type Fault =
  | { kind: 'status'; status: number; retryAfterS?: number; /** OpenAI's `code`, Anthropic's `type`. */ code?: string; message?: string }
  | { kind: 'redirect'; to: string }
  | { kind: 'reset' }
  /** `share` 0..1 of the answer's pieces comes before it; default half. */
  | { kind: 'reset-mid-stream' | 'end-mid-stream' | 'stall-mid-stream'; share?: number }
  | { kind: 'stall-before-first-token' }
  /** One byte at a time, headers at once. */
  | { kind: 'drip'; byteEveryMs: number }
  /** `share` of the answer's pieces, then what nobody can read; default none. */
  | { kind: 'garbled'; share?: number }
  /** The body ends properly in the middle of a piece of JSON, after `share` of the pieces; default half. */
  | { kind: 'truncated'; share?: number }
  /** Status 200, and the API's error as the body; `framed`: as an event of the stream. */
  | { kind: 'error-in-200'; framed?: boolean; message?: string }
  | { kind: 'empty' };

export interface ServedModel {
  name: string;
  /** Ollama's words; default completion and tools. */
  capabilities?: string[];
  /** Default 32768. */
  contextTokens?: number;
  /** For instance `8.2B`. */
  parameterSize?: string;
  /** Ollama's version of the model; default one per name. */
  digest?: string;
  sizeBytes?: number;
}

export interface Refusal {
  status: number;
  code?: string;
  message: string;
}

/** One vendor's wire format. */
export interface Protocol {
  streamType: string;
  isChat(path: string): boolean;
  /** Answers everything that is no chat; `undefined` is a 404. */
  other(path: string, body: JsonObject): { status: number; body: JsonValue } | undefined | Promise<{ status: number; body: JsonValue } | undefined>;
  /** @returns a refusal when the API would refuse this body */
  readAsk(body: JsonObject, path: string): Ask | Refusal;
  /** The pieces of a streamed answer, each written at once. */
  frames(reply: Reply, ask: Ask, path: string): string[];
  whole(reply: Reply, ask: Ask, path: string): JsonValue;
  errorBody(refusal: Refusal): JsonValue;
  keyOf(headers: Record<string, string | string[] | undefined>): string | undefined;
}

/** Cuts text as a model streams it: some characters at a time, at least two pieces where there are two characters. */
export function pieces(text: string): string[] {
  const size = Math.min(12, Math.max(1, Math.ceil(text.length / 2)));
  return Array.from({ length: Math.ceil(text.length / size) }, (_, index) => text.slice(index * size, (index + 1) * size));
}

export function asObject(value: JsonValue | undefined): JsonObject | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined;
}

export function asList(value: JsonValue | undefined): JsonObject[] {
  return Array.isArray(value) ? value.filter((item): item is JsonObject => asObject(item) !== undefined) : [];
}
