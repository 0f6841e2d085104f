import { estimateTokenCount } from 'tokenx';
import { asciiTokenCount } from './ascii-tokens';
import type { ChatMessage, ModelRequest } from './request';

/** Longer texts are measured by this much of their beginning and scaled up. */
const SAMPLE_CHARACTERS = 50_000;
/** What every message costs beside its text (role marks). */
const TOKENS_PER_MESSAGE = 4;
/** Vendors count 85 to 1,600 per picture, by size; this is a common middle. */
const TOKENS_PER_IMAGE = 1_000;

/**
 * Tokens this request's prompt will take, before anybody counted them. An estimate: within about a tenth on English, code and JSON.
 */
export function estimatePromptTokens(request: Pick<ModelRequest, 'messages' | 'tools' | 'schema'>): number {
  const messages = request.messages.reduce((sum, message) => sum + messageTokens(message), 0);
  const extras = [...(request.tools ?? []), ...(request.schema ? [request.schema] : [])];
  return messages + (extras.length > 0 ? textTokens(JSON.stringify(extras)) : 0);
}

function messageTokens(message: ChatMessage): number {
  const images = 'images' in message ? (message.images?.length ?? 0) : 0;
  const calls = message.role === 'assistant' && message.toolCalls ? textTokens(JSON.stringify(message.toolCalls)) : 0;
  return TOKENS_PER_MESSAGE + textTokens(message.text) + images * TOKENS_PER_IMAGE + calls;
}

function textTokens(text: string): number {
  const sample = text.slice(0, SAMPLE_CHARACTERS);
  if (sample === '') return 0;
  const plain = asciiTokenCount(sample);
  if (plain !== undefined) return Math.ceil((plain * text.length) / sample.length);
  // tokenx counts a third too few outside the Latin alphabet.
  const foreign = (sample.match(/[^\u0000-\u024f]/g)?.length ?? 0) / sample.length;
  return Math.ceil((estimateTokenCount(sample) * (1 + foreign / 2) * text.length) / sample.length);
}
