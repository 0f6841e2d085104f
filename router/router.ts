import type { Decision } from './contracts';
import type { CatalogModel } from './model-driver';
import type { ModelReply, ModelRequest, ReplyChunk } from './request';

/** Chooses a model for each request, asks it, and asks another when it does not answer. */
export interface Router {
  /** Decides without calling: `costUsd` stays null. */
  explain(request: ModelRequest, signal: AbortSignal): Promise<Decision>;
  complete(request: ModelRequest, signal: AbortSignal): Promise<ModelReply>;
  /** After the first text chunk a fault ends the stream with StreamCutError; before it, another model takes over. */
  stream(request: ModelRequest, signal: AbortSignal): AsyncIterable<ReplyChunk>;
  models(signal: AbortSignal): Promise<CatalogModel[]>;
}
