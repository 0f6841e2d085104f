import type { Clock } from '../kernel';
import type { DriverChunk, ToolCall } from '../router';

/** One answer, whole. */
export interface Heard {
  text: string;
  toolCalls: ToolCall[];
  completionTokens: number;
  /** From the first sign of an answer, thinking included, to its end. */
  writingMs: number;
}

export async function hear(chunks: AsyncIterable<DriverChunk>, clock: Pick<Clock, 'nowMs'>): Promise<Heard> {
  const heard: Heard = { text: '', toolCalls: [], completionTokens: 0, writingMs: 0 };
  let firstAtMs: number | undefined;
  for await (const chunk of chunks) {
    firstAtMs ??= clock.nowMs();
    if (chunk.type === 'text') heard.text += chunk.text;
    if (chunk.type === 'tool-call') heard.toolCalls.push(chunk.call);
    if (chunk.type === 'finish') heard.completionTokens = chunk.usage.completionTokens;
  }
  heard.writingMs = firstAtMs === undefined ? 0 : clock.nowMs() - firstAtMs;
  return heard;
}
