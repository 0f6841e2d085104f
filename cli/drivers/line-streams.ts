import { createReadStream } from 'node:fs';
import { once } from 'node:events';
import { InvalidInputError } from '../../kernel';

/** A line without its end, or one that was too long to be kept. */
export interface InputLine {
  /** From 1. */
  number: number;
  text: string;
  isTooLong: boolean;
}

/** Where lines come from and go to, one at a time: neither side is ever held in memory as a whole. */
export interface LineStreams {
  /**
   * @param file stdin without it
   * @throws {InvalidInputError} when the file cannot be read
   */
  read(file: string | undefined): AsyncIterable<InputLine>;
  /** Waits while whoever reads is slower. @returns false when nobody reads any more (`| head`) */
  print(line: string): Promise<boolean>;
}

/** 16 million UTF-16 units: longer than any model's context. */
const LONGEST_LINE_UNITS = 16_000_000;

export function processLineStreams(longestLineUnits = LONGEST_LINE_UNITS): LineStreams {
  let isOpen = true;
  return {
    read: (file) => splitLines(file === undefined ? process.stdin : opened(file), longestLineUnits),
    print: async (line) => {
      // Without a listener a closed pipe would end the process with a stack trace.
      if (isOpen && process.stdout.listenerCount('error') === 0) process.stdout.on('error', () => (isOpen = false));
      if (isOpen && !process.stdout.write(`${line}\n`)) await Promise.race([once(process.stdout, 'drain'), once(process.stdout, 'close')]).catch(() => undefined);
      return isOpen;
    },
  };
}

async function* opened(file: string): AsyncIterable<Buffer> {
  try {
    yield* createReadStream(file) as AsyncIterable<Buffer>;
  } catch (cause) {
    throw new InvalidInputError(`The file ${file} cannot be read.`, { hint: 'Name a file with JSON lines, or pipe them in.', cause });
  }
}

/** By hand: node:readline keeps a line of any length, and reads on while its lines wait. */
export async function* splitLines(chunks: AsyncIterable<Buffer | string>, longestLineUnits: number): AsyncIterable<InputLine> {
  const decoder = new TextDecoder('utf-8');
  let kept = '';
  let number = 1;
  let isTooLong = false;
  for await (const chunk of chunks) {
    const text = typeof chunk === 'string' ? chunk : decoder.decode(chunk, { stream: true });
    let from = 0;
    for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', from)) {
      const line = kept + text.slice(from, end);
      yield isTooLong || line.length > longestLineUnits ? { number, text: '', isTooLong: true } : { number, text: line.replace(/\r$/, ''), isTooLong: false };
      [kept, isTooLong, from] = ['', false, end + 1];
      number++;
    }
    kept += text.slice(from);
    if (kept.length > longestLineUnits) [kept, isTooLong] = ['', true];
  }
  kept += decoder.decode();
  if (kept !== '' || isTooLong) yield { number, text: isTooLong ? '' : kept, isTooLong };
}
