import type { IExecuteFunctions } from 'n8n-workflow';

/** Shows a person who watches (chat, streaming webhook) what goes on with one item; silent when nobody does. */
export interface Progress {
  say(line: string): void;
  text(text: string): void;
  end(): void;
}

export function progressOf(context: IExecuteFunctions, itemIndex: number): Progress {
  // Streaming came with n8n 1.10x; a host without it simply shows nothing.
  if (!context.isStreaming?.()) return { say() {}, text() {}, end() {} };
  let begun = false;
  const text = (content: string) => {
    if (!begun) context.sendChunk('begin', itemIndex);
    begun = true;
    context.sendChunk('item', itemIndex, content);
  };
  return {
    // The chat shows Markdown: without the two spaces lines would run into one.
    say: (line) => text(`${line}  \n`),
    text,
    end: () => {
      if (begun) context.sendChunk('end', itemIndex);
      begun = false;
    },
  };
}
