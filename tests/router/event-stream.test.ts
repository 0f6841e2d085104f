import { ProviderDownError } from '../../router';
import { jsonEvents } from '../../router/drivers/event-stream';

const service = { title: 'Stub', address: 'http://127.0.0.1:1', secrets: [], keyHint: '', missingModelHint: () => '', downHint: '' };

async function read(pieces: Array<string | Uint8Array>): Promise<unknown[][]> {
  async function* body(): AsyncGenerator<Uint8Array> {
    for (const piece of pieces) yield typeof piece === 'string' ? Buffer.from(piece) : piece;
  }
  return (await Array.fromAsync(jsonEvents(body(), service))).filter((values) => values.length > 0);
}

describe('a stream of events', () => {
  it('gives together what came together', async () => expect(await read(['data: 1\n\ndata: 2\n\n', 'data:3\n\n'])).toEqual([[1, 2], [3]]));

  it.each([['\n'], ['\r\n'], ['\r']])('is the same with lines that end in %j, wherever it is cut', async (end) => {
    const whole = ['event: x', 'data: {"a":', 'data: "é"}', '', ': still here', '', 'data: [DONE]', '', ''].join(end);
    const bytes = Buffer.from(whole);
    for (let cut = 0; cut < bytes.length; cut += 1) expect((await read([bytes.subarray(0, cut), bytes.subarray(cut)])).flat()).toEqual([{ a: 'é' }]);
  });

  it('ends with [DONE], whatever follows', async () => expect(await read(['data: 1\n\ndata: [DONE]\n\ndata: no JSON\n\n', 'data: 2\n\n'])).toEqual([[1]]));
  it('may end without a blank line', async () => expect(await read(['data: 1\n\ndata: 2\n'])).toEqual([[1], [2]]));
  it('that was cut within an event is no whole answer', async () => await expect(read(['data: 1\n\ndata: {"a"'])).rejects.toThrow(SyntaxError));
  it('that is no stream of events has none', async () => expect(await read(['{"error": "busy"}'])).toEqual([]));

  it('with an event that never ends is given up', async () => {
    const endless = `data: ${'x'.repeat(8 * 1_048_576)}`;
    await expect(read([endless, endless, endless])).rejects.toThrow(ProviderDownError);
  });
});
