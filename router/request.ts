import type { JsonObject } from '../kernel';
import type { Privacy } from '../privacy';
import type { Decision, ReplyUsage } from './contracts';
import type { ModelDriver } from './model-driver';
import type { Weights } from './weights';

/** One message of a conversation with a model. An assistant turn may carry text and tool calls; a tool turn answers one of them. */
export type ChatMessage =
  | { role: 'system' | 'user'; text: string; images?: ImagePart[] }
  | { role: 'assistant'; text: string; toolCalls?: ToolCall[] }
  | { role: 'tool'; toolCallId: string; toolName: string; text: string };

export interface ImagePart {
  mediaType: string;
  base64: string;
}

export interface ToolCall {
  id: string;
  name: string;
  arguments: JsonObject;
}

export interface ToolSpec {
  name: string;
  description: string;
  /** JSON Schema (draft 7) of the arguments object. */
  schema: JsonObject;
}

/** Demands that the answer is one JSON value of this schema (draft 7). */
export interface OutputSchema {
  name: string;
  schema: JsonObject;
}

export const PRESETS = ['localFirst', 'balanced', 'cheapest', 'fastest', 'best', 'privateOnly', 'own'] as const;
export type Preset = (typeof PRESETS)[number];
export const DEFAULT_PRESET: Preset = 'localFirst';

/** What the router may know about a request beside its text. All of it comes from the workflow's author, none from a model. */
export interface RequestFacts {
  privacy: Privacy;
  preset?: Preset;
  /** What this request's author cares about, 0..1 each; the preset's weights then count no more. A sign that is not named does not count. */
  weights?: Partial<Weights>;
  role?: string;
  /** What the role's own file wishes: models to ask first, in this order, and a temperature. The models file's assignment to the role goes before it. */
  roleWish?: { models: string[]; temperature?: number };
  /** The n8n workflow that asks. Its id stays when its name changes, so money is counted by id. */
  workflow?: { id: string; name?: string; executionId?: string };
  /** What the work belongs to, in the author's words; money is counted for it. */
  project?: string;
  runId?: string;
  taskId?: string;
  attempt?: number;
  /** Ask this model first, `provider/model` or a bare model name. */
  model?: string;
  /** When given, no other model may answer. Same notation as `model`. */
  allowedModels?: string[];
  /** Ask for something stronger than this model, whose work was not good enough. */
  escalateFrom?: string;
  /** USD the whole run may cost; calls that could pass it are not made. */
  budgetUsd?: number;
  /** USD all calls for the task may cost, over all its attempts; what its role's file sets. Used up, only models that cost nothing answer. */
  taskBudgetUsd?: number;
  /** USD this one request may cost, further tries and stronger models included. */
  callBudgetUsd?: number;
  /** The caller judges the answer, asks again and escalates himself; the router then looks elsewhere only when there is no answer at all. */
  judgedByCaller?: boolean;
  /** A small model of this machine is asked first what kind of request it is; models the models file wants for that kind are preferred. */
  recogniseIntent?: boolean;
  /** Where the router is not sure how hard the request is, or the model of its own words, a stronger one is asked. */
  strongerWhenUnsure?: boolean;
  /** Minutes for which the answer to an equal request may be given again; unset: never. See `answer-cache/`. */
  reuseMinutes?: number;
  /** Does a request count as equal that differs only in courtesies, spaces and the mark at its end? Only beside `reuseMinutes`. */
  reuseSimilar?: boolean;
  /** Seconds this call may take in all; unset means no total limit. */
  deadlineS?: number;
}

export interface ModelRequest {
  messages: ChatMessage[];
  tools?: ToolSpec[];
  /** `required`: some tool must be called; `{ name }`: that one. Default `auto`. */
  toolChoice?: 'auto' | 'required' | { name: string };
  schema?: OutputSchema;
  /** 0..2; unset leaves the model's own default. */
  temperature?: number;
  maxOutputTokens?: number;
  /** Services for this request alone, beside the team's own: chat models connected to the node that asks. */
  connected?: readonly ModelDriver[];
  facts: RequestFacts;
}

export type FinishReason = 'stop' | 'length' | 'tool-calls' | 'refused';

export interface ModelReply {
  text: string;
  toolCalls: ToolCall[];
  finishReason: FinishReason;
  usage: ReplyUsage;
  decision: Decision;
}

export type ReplyChunk = { type: 'text'; text: string } | { type: 'tool-call'; call: ToolCall } | { type: 'finish'; reply: ModelReply };
