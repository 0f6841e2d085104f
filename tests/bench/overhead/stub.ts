import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

// No sentence twice: the router takes an answer that repeats itself for a loop and asks another model.
const PIECES = ['When two keys fall into one bucket, ', 'the table either keeps both in a list ', 'or looks for the next free place. ', 'The load factor says how full the table is; ', 'the fuller it is, ', 'the longer each search takes. ', 'So a table grows before most of its places are taken, ', 'and moves every key to where it now belongs.'];
const USAGE = { prompt_tokens: 20, completion_tokens: 80, total_tokens: 100 };

/** A catalog as long as many users have; prices are said, so that a budget can be kept. */
const MODELS = ['gpt-4o-mini', ...Array.from({ length: 19 }, (_, index) => `gpt-4o-${index + 1}`)];

export const ANSWER = PIECES.join('');
export const MODEL = MODELS[0]!;

/**
 * An OpenAI-compatible service that answers everybody with the same text after a fixed time; whole, or as a stream of ten events in one write.
 *
 * @returns its base address, up to and including /v1, and its end
 */
export async function startStub(delayMs: number): Promise<{ url: string; close(): void }> {
  const whole = JSON.stringify({ id: 'chatcmpl-stub', object: 'chat.completion', created: 1_700_000_000, model: MODEL, choices: [{ index: 0, message: { role: 'assistant', content: ANSWER }, finish_reason: 'stop' }], usage: USAGE });
  const streamed = streamedAnswer();
  const list = JSON.stringify({ object: 'list', data: MODELS.map((id) => ({ id, object: 'model', pricing: { prompt: '0.00000015', completion: '0.0000006' } })) });
  const server = createServer((request, response) => {
    let asked = '';
    request.setEncoding('utf8').on('data', (text: string) => (asked += text));
    request.on('end', () => {
      const isStream = asked.includes('"stream":true');
      const body = request.url?.endsWith('/models') ? list : isStream ? streamed : whole;
      const answer = (): void => void response.writeHead(200, { 'content-type': isStream ? 'text/event-stream' : 'application/json', 'content-length': Buffer.byteLength(body) }).end(body);
      if (delayMs === 0) answer();
      else setTimeout(answer, delayMs);
    });
  });
  server.keepAliveTimeout = 60_000;
  await new Promise<void>((resolve) => server.listen({ port: 0, host: '127.0.0.1', backlog: 2_048 }, resolve));
  const close = (): void => {
    server.close();
    server.closeAllConnections();
  };
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`, close };
}

function streamedAnswer(): string {
  const chunk = (delta: object, finish: string | null = null, usage?: object): string => `data: ${JSON.stringify({ id: 'chatcmpl-stub', object: 'chat.completion.chunk', created: 1_700_000_000, model: MODEL, choices: [{ index: 0, delta, finish_reason: finish }], ...(usage && { usage }) })}\n\n`;
  return [chunk({ role: 'assistant', content: '' }), ...PIECES.map((content) => chunk({ content })), chunk({}, 'stop', USAGE), 'data: [DONE]\n\n'].join('');
}
