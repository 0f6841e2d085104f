import { Agent, request as httpRequest } from 'node:http';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeId, silentLogger, systemClock } from '../../../kernel';
import { createRouter, openAiCompatibleDriver, openSqliteLedger, type ModelRequest } from '../../../router';
import { openSqlite } from '../../../storage';
import { ANSWER, MODEL } from './stub';

export interface Target {
  name: string;
  /** One call with a question nobody asked before. @throws when the answer is not the stub's */
  ask(index: number): Promise<void>;
  close(): void;
}

export class WrongAnswer extends Error {}

const SYSTEM = 'You are a helpful assistant.';
const question = (index: number): string => `Question ${index}. ${'Explain, in three sentences, how a hash table resolves collisions and why the load factor matters. '.repeat(3)}`;

/** The least that asking takes: a kept connection, one body, one answer. The same client asks Portkey. */
export function overHttp(name: string, baseUrl: string, headers: Record<string, string> = {}): Target {
  const agent = new Agent({ keepAlive: true, maxSockets: 1_024 });
  const url = new URL(`${baseUrl}/chat/completions`);
  return {
    name,
    async ask(index) {
      const body = JSON.stringify({ model: MODEL, messages: [{ role: 'system', content: SYSTEM }, { role: 'user', content: question(index) }] });
      const answer = await post(url, body, headers, agent);
      if (!answer.includes(ANSWER)) throw new WrongAnswer(answer.slice(0, 200));
    },
    close: () => agent.destroy(),
  };
}

function post(url: URL, body: string, headers: Record<string, string>, agent: Agent): Promise<string> {
  return new Promise((resolve, reject) => {
    const request = httpRequest(url, { method: 'POST', agent, headers: { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body), ...headers } }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (part: string) => (text += part)).on('end', () => resolve(text)).on('error', reject);
    });
    request.on('error', reject).end(body);
  });
}

/** Calls that share a run, as a run of the team makes them. */
const CALLS_PER_RUN = 50;
/** Calls at once to one cloud service. The router's default of 16 keeps callers waiting on purpose; here the router itself is measured. */
const PLACES = 1_024;

/** Our router as nodes use it: real driver, ledger in a SQLite file, a budget in force, every character looked at for secrets. */
export function inProcess(stubUrl: string): Target & { bookedCalls(): Promise<number> } {
  const folder = mkdtempSync(join(tmpdir(), 'aios-overhead-'));
  const database = openSqlite(join(folder, 'team.sqlite'));
  const ledger = openSqliteLedger(database, systemClock);
  const router = createRouter({
    services: [openAiCompatibleDriver({ baseUrl: stubUrl, apiKey: 'sk-test', local: false })],
    ledger, clock: systemClock, makeId, log: silentLogger,
    places: { perCloudProvider: PLACES, waiting: PLACES },
  });
  const request = (index: number): ModelRequest => ({
    messages: [{ role: 'system', text: SYSTEM }, { role: 'user', text: question(index) }],
    facts: { privacy: 'internal', model: MODEL, role: 'bench', runId: `run-${Math.floor(index / CALLS_PER_RUN)}`, taskId: 'task', budgetUsd: 10 },
  });
  let execution = new AbortController();
  return {
    name: 'router',
    async ask(index) {
      // As n8n has it: one signal per execution.
      if (index % CALLS_PER_RUN === 0) execution = new AbortController();
      const { text, decision } = await router.complete(request(index), execution.signal);
      if (text !== ANSWER || decision.costUsd === null) throw new WrongAnswer(text.slice(0, 200));
    },
    bookedCalls: async () => (await ledger.totals({})).cloudCalls,
    close() {
      database.close();
      rmSync(folder, { recursive: true });
    },
  };
}
