import { garbledError, type Service } from './provider-errors';

const END = '[DONE]';
/** No service writes longer ones; who does would fill the memory. */
const LONGEST_EVENT_CHARACTERS = 16 * 1_048_576;

/**
 * The JSON values of a stream of server-sent events (WHATWG HTML §9.2), until `[DONE]` or its end. Those that came in one piece are given
 * together: a fast model sends many at once, and each hand-over costs.
 *
 * @throws {SyntaxError} when an event is no JSON, such as the last one of a stream that was cut
 * @throws {ProviderDownError} when an event has no end
 */
export async function* jsonEvents<T>(body: AsyncIterable<Uint8Array>, service: Service): AsyncGenerator<T[]> {
  const decoder = new TextDecoder();
  const lines = new EventLines();
  let isOver = false;
  const valuesOf = (data: string[]): T[] => {
    const end = data.indexOf(END);
    isOver = end >= 0;
    return (isOver ? data.slice(0, end) : data).map((text) => JSON.parse(text) as T);
  };
  for await (const bytes of body) {
    // Read to its end, or the connection could not be used again.
    if (isOver) continue;
    const values = valuesOf(lines.push(decoder.decode(bytes, { stream: true })));
    if (values.length > 0) yield values;
    if (lines.heldCharacters() > LONGEST_EVENT_CHARACTERS) throw garbledError(service, 'an event without an end');
  }
  if (!isOver) yield valuesOf(lines.push('\n\n'));
}

class EventLines {
  private rest = '';
  private data: string[] = [];

  /** @returns the data of each event that is now complete */
  push(text: string): string[] {
    const unread = `${this.rest}${text}`;
    // Nearly all services end lines with \n alone, which needs no pattern.
    const lines = unread.split(unread.includes('\r') ? /\r\n|\n|\r(?!$)/ : '\n');
    this.rest = lines.pop()!;
    return lines.flatMap((line) => this.end(line));
  }

  heldCharacters(): number {
    return this.rest.length + this.data.reduce((sum, line) => sum + line.length, 0);
  }

  private end(line: string): string[] {
    if (line.startsWith('data:')) this.data.push(line.slice(line[5] === ' ' ? 6 : 5));
    if (line !== '' || this.data.length === 0) return [];
    const event = this.data.join('\n');
    this.data = [];
    return [event];
  }
}
