import { createServer, request as ask } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { startAnthropicServer } from '../../support/model-servers';
import { answerTo, latencyMs } from './story';

export interface SlowModel {
  url: string;
  /** Requests a model was asked with. */
  calls(): number;
  close(): Promise<void>;
}

/** A cloud model that takes for each answer as long as the story says: a server of the API, and in front of it one that waits. */
export async function startSlowModel(): Promise<SlowModel> {
  const model = await startAnthropicServer({ models: ['claude-sonnet-4-5'], answerTo });
  const front = createServer((incoming, outgoing) => {
    const parts: Buffer[] = [];
    incoming.on('data', (part: Buffer) => void parts.push(part)).on('end', () => {
      const body = Buffer.concat(parts);
      const isCall = incoming.method === 'POST' && incoming.url?.includes('/messages');
      void sleep(isCall ? latencyMs(body.toString('utf8')) : 0).then(() => {
        const { host: _host, ...headers } = incoming.headers;
        const onward = ask(new URL(incoming.url ?? '/', model.url), { method: incoming.method, headers }, (answer) => {
          outgoing.writeHead(answer.statusCode ?? 500, answer.headers);
          answer.pipe(outgoing);
        });
        onward.on('error', () => outgoing.destroy());
        onward.end(body);
      });
    });
  });
  await new Promise<void>((resolve) => front.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(front.address() as AddressInfo).port}`,
    calls: () => model.chatRequests().length,
    async close() {
      front.closeAllConnections();
      await new Promise<void>((resolve) => front.close(() => resolve()));
      await model.close();
    },
  };
}
