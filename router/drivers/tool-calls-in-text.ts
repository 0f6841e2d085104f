import { CALL_BEGINNINGS, callsInText } from '../written-calls/written-calls';
import type { WrittenCall } from '../written-calls/call-of-value';

/**
 * Finds the tool calls that some models write as text, see {@link callsInText}. Only an answer that is nothing but calls of offered tools
 * counts here, where text may be shown while it comes: a call quoted in a longer text may be somebody else's words.
 */
export class ToolCallsInText {
  private state: 'beginning' | 'perhaps calls' | 'answer' = 'beginning';
  private held = '';
  private readonly beginnings: readonly string[];

  /** @param offered names of the tools the model may call; without any, all text passes at once */
  constructor(private readonly offered: readonly string[]) {
    if (offered.length === 0) this.state = 'answer';
    this.beginnings = [...CALL_BEGINNINGS, ...offered.flatMap((name) => [`${name}(`, `[${name}(`, `<${name}>`])];
  }

  /** @returns what may be shown of `text` and of what was held back before */
  push(text: string): string {
    if (this.state === 'answer') return text;
    this.held += text;
    const start = this.held.trimStart();
    if (this.state === 'beginning' && this.beginnings.some((beginning) => start.startsWith(beginning))) this.state = 'perhaps calls';
    if (this.state === 'perhaps calls' || this.beginnings.some((beginning) => beginning.startsWith(start))) return '';
    this.state = 'answer';
    return this.release();
  }

  /**
   * What is left when the stream has ended: calls, or text that was none after all.
   *
   * @param isCutOff the answer ended at a length limit: a call in it could be mended, but would lack what was not written any more
   */
  end({ isCutOff }: { isCutOff: boolean } = { isCutOff: false }): { text: string; calls: WrittenCall[] } {
    const calls = this.state === 'perhaps calls' && !isCutOff ? this.readCalls() : undefined;
    const text = this.release();
    return calls ? { text: '', calls } : { text, calls: [] };
  }

  private release(): string {
    const { held } = this;
    this.held = '';
    return held;
  }

  private readCalls(): WrittenCall[] | undefined {
    const { calls, rest } = callsInText(this.held, this.offered);
    return calls.length > 0 && rest === '' ? calls : undefined;
  }
}
