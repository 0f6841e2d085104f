import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { JsonObject } from '../../../kernel';
import { startOllamaServer, type Answer, type ModelServer } from '../../support/model-servers';
import { answerTo, askOf } from './story';

export interface Witness {
  /** Calls that were made although the journal had their answer. Each is a fault. */
  rerun: number;
  /** Calls made again because they were cut before their journal entry. */
  repeated: number;
  calls: number;
  /** Effects the sink let happen, by what they are; it honours keys, so more than one is a fault. */
  effects: Map<string, Set<string>>;
  sinkUrl: string;
  /** Who is told of each effect that came in, before it is answered; with the path it came to. Nobody at first. */
  onEffect(path: string): void;
  /** A model server whose callers can be told apart. @param onCall is told of each call before it is answered */
  serve(onCall: () => void, port?: number): Promise<ModelServer>;
  close(): Promise<void>;
}

/** The outside world of the bench: models that remember what they answered, and a sink that remembers what was posted. */
export async function openWitness(journalHolds: (run: number, mark: string) => Promise<boolean>, tokenDelayMs: number): Promise<Witness> {
  const answered = new Map<string, string[]>();
  const checks: Promise<unknown>[] = [];
  const sink = await startSink((path) => witness.onEffect(path));
  const witness: Witness = {
    rerun: 0, repeated: 0, calls: 0, effects: sink.effects, sinkUrl: sink.url, onEffect: () => {},
    serve: async (onCall, port) => await startOllamaServer({ models: ['qwen3:8b'], port, firstTokenDelayMs: tokenDelayMs, answerTo: (body) => answer(body, onCall) }),
    close: async () => {
      await Promise.all(checks);
      await sink.close();
    },
  };

  function answer(body: JsonObject, onCall: () => void): Answer | undefined {
    const ask = askOf(body, ++witness.calls);
    if (!ask) return undefined;
    const key = `${ask.run} ${ask.hash}`;
    const before = answered.get(key);
    if (before) checks.push(judge(ask.run, [...before]));
    answered.set(key, [...(before ?? []), ask.mark]);
    onCall();
    return answerTo(body, ask.mark);
  }

  async function judge(run: number, marks: string[]): Promise<void> {
    const held = await Promise.all(marks.map((mark) => journalHolds(run, mark)));
    if (held.some(Boolean)) witness.rerun += 1;
    else witness.repeated += 1;
  }
  return witness;
}

/** Takes `{key, text}`; a key it knows changes nothing. */
async function startSink(onEffect: (path: string) => void): Promise<{ url: string; effects: Map<string, Set<string>>; close(): Promise<void> }> {
  const effects = new Map<string, Set<string>>();
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('error', () => response.destroy());
    request.on('end', () => {
      const { key, text } = JSON.parse(Buffer.concat(parts).toString()) as { key: string; text: string };
      effects.set(text, (effects.get(text) ?? new Set()).add(key));
      onEffect(request.url ?? '/');
      response.writeHead(200, { connection: 'close' }).end('posted');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const close = () => new Promise<void>((resolve) => {
    server.closeAllConnections();
    server.close(() => resolve());
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, effects, close };
}
