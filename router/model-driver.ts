import type { ChatMessage, FinishReason, OutputSchema, ToolCall, ToolSpec, ModelRequest } from './request';
import type { ReplyUsage } from './contracts';

/** A model somebody serves, as far as it is known. */
export interface CatalogModel {
  /** `provider/name`, unique in a catalog, for instance `ollama/qwen3:8b`. */
  id: string;
  provider: string;
  /** The name the provider knows. */
  name: string;
  /** Served by this machine (or by an address the user named as his own)? Only such models may see secret prompts. */
  local: boolean;
  /** Answers come from a script, not from a model: nothing is saved by it. */
  isScripted?: boolean;
  abilities: { tools: boolean; json: boolean; vision: boolean };
  /** Tokens of prompt and answer together. */
  contextTokens: number;
  /** The longest answer, where no call can ask for a shorter one. */
  answerTokens?: number;
  /** USD per million tokens; `null` when nobody knows. Local models cost 0. */
  price: { promptUsdPerMTok: number; completionUsdPerMTok: number } | null;
  /** 0..1, relative quality on hard work; an estimate from size and family. */
  strength: number;
  /** What the models file calls it; it may be named by this, too. */
  alias?: string;
  /** Roles and kinds of requests the models file wants it for. */
  useFor?: string[];
  /** The models file multiplies its score by it; default 1. */
  weight?: number;
}

/** One call, already decided: the driver only translates it. */
export interface ModelCall {
  model: CatalogModel;
  messages: ChatMessage[];
  tools: ToolSpec[];
  toolChoice: NonNullable<ModelRequest['toolChoice']>;
  schema?: OutputSchema;
  temperature?: number;
  maxOutputTokens?: number;
  /** Is the model asked how probable its own words are? Those that cannot say just answer. */
  asksForSureness?: boolean;
  /** For a trial of the window itself: the model is loaded with this many tokens instead of as many as the driver finds sensible. */
  windowTokens?: number;
}

export type DriverChunk =
  | { type: 'text'; text: string }
  /** The model is at work but has nothing to show yet (thinking, keep-alive): resets the idle limit. */
  | { type: 'progress' }
  | { type: 'tool-call'; call: ToolCall }
  /** `sureness`: 0..1, see `Decision`. */
  | { type: 'finish'; reason: FinishReason; usage: ReplyUsage; sureness?: number };

/**
 * One provider's API. Drivers always stream, never retry, and turn every foreign error into one of `errors.ts`
 * by status code. An aborted `signal` closes the socket and ends the stream with CancelledError.
 */
export interface ModelDriver {
  readonly provider: string;
  readonly local: boolean;
  /** Base address of the service; unset where there is none. Two services of one provider fail each on its own. */
  readonly address?: string;
  /** @throws the provider's error when its list cannot be had */
  listModels(signal: AbortSignal): Promise<CatalogModel[]>;
  stream(call: ModelCall, signal: AbortSignal): AsyncIterable<DriverChunk>;
}
