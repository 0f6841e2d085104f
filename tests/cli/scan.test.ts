import { Readable } from 'node:stream';
import { runAios } from '../../cli';
import { scanCommand } from '../../cli/commands/scan';
import { processLineStreams, splitLines, type InputLine, type LineStreams } from '../../cli/drivers/line-streams';

/** Lines in memory instead of stdin and stdout. */
function streamsOf(lines: Iterable<string>, { readers = Infinity } = {}) {
  const out: string[] = [];
  const said: string[] = [];
  const streams: LineStreams = {
    read: () => splitLines(Readable.from(Array.from(lines, (line) => `${line}\n`)), 1_000),
    print: async (line) => out.push(line) < readers,
  };
  const terminal = { print: () => undefined, say: (text: string) => void said.push(text), columns: 80, rows: 24, colour: false, interactive: false };
  const run = async (...argv: string[]) => await runAios(['scan', ...argv], [scanCommand(streams)], { terminal, environment: {}, signal: new AbortController().signal });
  return { run, out, said };
}

const line = (id: string, text: string, more = {}) => JSON.stringify({ id, text, ...more });

describe('aios scan', () => {
  it('answers every line in order, with offsets in UTF-16 units', async () => {
    const { run, out } = streamsOf([line('a', '😀 card 4111 1111 1111 1111'), line('b', 'Hello.'), JSON.stringify({ id: 7, text: '' })]);
    expect(await run('--json')).toBe(0);
    expect(out.map((text) => JSON.parse(text) as object)).toEqual([
      { id: 'a', privacy: 'secret', findings: [{ type: 'credit-card', start: 8, end: 27 }] },
      { id: 'b', privacy: 'internal', findings: [] },
      { id: 7, privacy: 'internal', findings: [] },
    ]);
  });

  it('raises the label a line brings, and never lowers it', async () => {
    const { run, out } = streamsOf([line('a', 'Hello.', { privacy: 'public' }), line('b', 'ada@corp.de', { privacy: 'public' }), line('c', 'Hello.', { privacy: 'secret' })]);
    await run();
    expect(out.map((text) => (JSON.parse(text) as { privacy: string }).privacy)).toEqual(['public', 'secret', 'secret']);
  });

  it('names the lines it cannot read by number, without what is in them, goes on, and exits with 1', async () => {
    const bad = ['hunter22', '[]', '{"id":"x"}', '{"text":"x"}', line('x', 'y', { privacy: 'top' }), line('long', 'z'.repeat(1_000))];
    const { run, out, said } = streamsOf([...bad, '', line('good', 'Hello.')]);
    expect(await run('--json')).toBe(1);
    expect(out).toHaveLength(1);
    expect(said).toEqual([
      'Line 1 is not JSON.',
      'Line 2 is not a JSON object.',
      'Line 3 has no "text" (a string).',
      'Line 4 has no "id" (a string or a number).',
      'Line 5 has a "privacy" that is none of public, internal, secret.',
      'Line 6 is longer than 16 million characters.',
    ]);
  });

  it('says at the end what it did, on stderr', async () => {
    const { run, said } = streamsOf([line('a', 'ada@corp.de'), line('b', 'Hello.')]);
    await run();
    expect(said).toEqual(['2 lines: 1 secret.']);
  });

  it('stops quietly when nobody reads any more', async () => {
    const { run, out } = streamsOf([line('a', 'x'), line('b', 'x'), line('c', 'x')], { readers: 2 });
    expect(await run()).toBe(0);
    expect(out).toHaveLength(2);
  });

  it('exits with 2 for a wrong call or a file that is not there', async () => {
    const { run, said } = streamsOf([]);
    expect(await run('a', 'b')).toBe(2);
    expect(await run('--loud')).toBe(2);
    const terminal = { print: () => undefined, say: (text: string) => void said.push(text), columns: 80, rows: 24, colour: false, interactive: false };
    const exitCode = await runAios(['scan', 'no-such-file.jsonl'], [scanCommand(processLineStreams())], { terminal, environment: {}, signal: new AbortController().signal });
    expect(exitCode).toBe(2);
    expect(said.at(-1)).toContain('The file no-such-file.jsonl cannot be read.');
  });

  it('asks for the next line only when the last one is printed, so that nothing piles up', async () => {
    let read = 0;
    let printed = 0;
    let most = 0;
    async function* lines(): AsyncIterable<InputLine> {
      for (let number = 1; number <= 500; number++) {
        most = Math.max(most, ++read - printed);
        yield { number, text: line(String(number), 'Hello.'), isTooLong: false };
      }
    }
    const streams: LineStreams = { read: lines, print: async () => await new Promise<boolean>((resolve) => setImmediate(() => resolve(++printed > 0))) };
    const terminal = { print: () => undefined, say: () => undefined, columns: 80, rows: 24, colour: false, interactive: false };
    await runAios(['scan'], [scanCommand(streams)], { terminal, environment: {}, signal: new AbortController().signal });
    expect({ printed, most }).toEqual({ printed: 500, most: 1 });
  });
});

describe('lines', () => {
  const read = async (chunks: Array<Buffer | string>, longest = 20) => {
    const lines: InputLine[] = [];
    for await (const one of splitLines(Readable.from(chunks), longest)) lines.push(one);
    return lines.map(({ number, text, isTooLong }) => `${number}: ${isTooLong ? 'too long' : text}`);
  };

  it('are put together from any chunks, with or without a last line break', async () => {
    expect(await read(['a', 'b\nc\r\n', '\nd'])).toEqual(['1: ab', '2: c', '3: ', '4: d']);
    expect(await read([])).toEqual([]);
    const euro = Buffer.from('€\n');
    expect(await read([euro.subarray(0, 1), euro.subarray(1)])).toEqual(['1: €']);
  });

  it('that are too long are named and not kept', async () => {
    expect(await read(['x'.repeat(15), 'x'.repeat(15), 'x\nok\n', 'y'.repeat(30), '\nz'])).toEqual(['1: too long', '2: ok', '3: too long', '4: z']);
  });
});
