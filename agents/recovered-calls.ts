import { contentHash } from '../kernel';
import { callsInText, type ChatMessage, type ModelReply, type ToolCall, type ToolSpec } from '../router';

/** Words around a call: more are an answer that speaks of calls. */
const MOST_WORDS_AROUND_CHARACTERS = 600;

/**
 * The tool calls of an answer: those the model made properly, else those it wrote as text. An answer that was cut off at its length limit has none:
 * what was not written any more would be missing in them.
 *
 * @param given everything the model was told; a call that stands there word for word is a quotation
 */
export function toolCallsOf(reply: ModelReply, tools: readonly ToolSpec[], given: readonly ChatMessage[]): ToolCall[] {
  if (reply.finishReason === 'length') return [];
  if (reply.toolCalls.length > 0 || reply.text.trim() === '') return reply.toolCalls;
  const { calls, rest } = callsInText(reply.text, tools.map(({ name }) => name));
  if (calls.length === 0 || rest.length > MOST_WORDS_AROUND_CHARACTERS || isQuotation(reply.text, rest, given)) return [];
  // A replay must find the same ids.
  return calls.map((call, index) => ({ id: `call_${contentHash([given.length, reply.text, index]).slice(0, 12)}`, ...call }));
}

/** Whoever writes a page or a file must not be able to call our tools by having it repeated. */
function isQuotation(text: string, rest: string, given: readonly ChatMessage[]): boolean {
  if (rest === '') return false;
  const material = given.filter(({ role }) => role !== 'system').map((message) => bare(message.text)).join('\n');
  const lines = text.split('\n').map(bare).filter((line) => line.length >= 12 && /[{<(]/.test(line));
  return lines.some((line) => material.includes(line) || partsOf(line).some((part) => material.includes(part)));
}

function bare(text: string): string {
  return text.replace(/\s+/g, '');
}

/** The bracketed parts of a line with words around. */
function partsOf(line: string): string[] {
  return (line.match(/[{<(].*[}>)]/g) ?? []).filter((part) => part.length >= 12);
}
