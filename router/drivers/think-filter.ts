const OPEN = '<think>';
const CLOSE = '</think>';

/**
 * Takes the thinking that some models write before their answer (`<think>…</think>`) out of a stream.
 * Only blocks at the beginning count: further on the tag may be part of the answer.
 */
export class ThinkFilter {
  private state: 'beginning' | 'thinking' | 'answer' = 'beginning';
  private held = '';

  /** @returns the part of `text`, and of what was held back before, that belongs to the answer */
  push(text: string): string {
    if (this.state === 'answer') return text;
    this.held += text;
    for (;;) {
      if (this.state === 'thinking') {
        const end = this.held.indexOf(CLOSE);
        // A closing tag may be cut in two by the stream: its beginning must survive.
        if (end < 0) return this.hold(this.held.slice(-(CLOSE.length - 1)));
        this.held = this.held.slice(end + CLOSE.length);
        this.state = 'beginning';
      }
      const start = this.held.trimStart();
      if (start.startsWith(OPEN)) {
        this.held = start.slice(OPEN.length);
        this.state = 'thinking';
        continue;
      }
      if (OPEN.startsWith(start)) return '';
      this.state = 'answer';
      return this.release(start);
    }
  }

  /** What is left when the stream has ended; a thought that was never closed is dropped. */
  end(): string {
    return this.state === 'beginning' ? this.release(this.held.trim()) : '';
  }

  private hold(rest: string): string {
    this.held = rest;
    return '';
  }

  private release(text: string): string {
    this.held = '';
    return text;
  }
}
