import type { JsonObject } from '../../kernel';
import { readToolArguments } from './tool-arguments';

export interface WrittenCall {
  name: string;
  arguments: JsonObject;
}

/** How the texts begin that small models write instead of calling a tool. */
const BEGINNINGS = ['<tool_call>', '[TOOL_CALLS]', '```', '{', '[{'];

/**
 * Finds the tool calls that some models write as text (`<tool_call>{"name": …, "arguments": …}</tool_call>`, `[TOOL_CALLS] […]`,
 * bare or fenced JSON). Only an answer that is nothing but calls of offered tools counts: a call quoted in a longer text may be
 * somebody else's words.
 */
export class ToolCallsInText {
  private state: 'beginning' | 'perhaps calls' | 'answer' = 'beginning';
  private held = '';

  /** @param offered names of the tools the model may call; without any, all text passes at once */
  constructor(private readonly offered: readonly string[]) {
    if (offered.length === 0) this.state = 'answer';
  }

  /** @returns what may be shown of `text` and of what was held back before */
  push(text: string): string {
    if (this.state === 'answer') return text;
    this.held += text;
    const start = this.held.trimStart();
    if (this.state === 'beginning' && BEGINNINGS.some((beginning) => start.startsWith(beginning))) this.state = 'perhaps calls';
    if (this.state === 'perhaps calls' || BEGINNINGS.some((beginning) => beginning.startsWith(start))) return '';
    this.state = 'answer';
    return this.release();
  }

  /** What is left when the stream has ended: calls, or text that was none after all. */
  end(): { text: string; calls: WrittenCall[] } {
    const calls = this.state === 'perhaps calls' ? this.readCalls() : undefined;
    const text = this.release();
    return calls ? { text: '', calls } : { text, calls: [] };
  }

  private release(): string {
    const { held } = this;
    this.held = '';
    return held;
  }

  private readCalls(): WrittenCall[] | undefined {
    const values = jsonParts(this.held.trim()).flatMap((part) => readJson(part));
    const calls = values.map((value) => this.toCall(value));
    return calls.length > 0 && calls.every((call) => call !== undefined) ? calls : undefined;
  }

  private toCall(value: unknown): WrittenCall | undefined {
    const { name, arguments: given, parameters } = (value ?? {}) as Record<string, unknown>;
    const written = given ?? parameters ?? {};
    const values = readToolArguments(typeof written === 'string' ? written : JSON.stringify(written));
    return typeof name === 'string' && this.offered.includes(name) && values ? { name, arguments: values } : undefined;
  }
}

/** The pieces of JSON in a text of nothing but calls. */
function jsonParts(text: string): string[] {
  if (text.startsWith('<tool_call>')) return text.split(/<\/?tool_call>/).filter((part) => part.trim() !== '');
  if (text.startsWith('[TOOL_CALLS]')) return [text.slice('[TOOL_CALLS]'.length)];
  return [text.replace(/^```\w*\s*/, '').replace(/\s*```$/, '')];
}

/** @returns the values of a list, or the one value; `[undefined]` when it is no JSON */
function readJson(text: string): unknown[] {
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) ? value : [value];
  } catch {
    return [undefined];
  }
}
