import { AiosError, makeId, silentLogger, type Clock } from '../../../kernel';
import { anthropicDriver, createRouter, ollamaDriver, openAiCompatibleDriver, openSqliteLedger, type CatalogModel, type ModelDriver, type ModelReply, type ModelRequest, type Router } from '../../../router';
import { openSqlite } from '../../../storage';
import { startAnthropicServer, startOllamaServer, startOpenAiServer, type Fault, type ModelServer, type ModelServerOptions } from '../../support/model-servers';
import type { Dice, FaultKind } from './kinds';

export const VENDORS = ['ollama', 'anthropic', 'openai'] as const;
export type Vendor = (typeof VENDORS)[number];
export type Mode = 'stream' | 'plain';
/** `backup`: the service fails for good and another one is well; `heals`: it fails once and is alone; `dead`: for good, and alone. */
export type Scene = 'backup' | 'heals' | 'dead';

export interface Cell {
  /** Does the model answer with a text or by calling a tool? */
  answer: keyof typeof ANSWERS;
  kind: FaultKind;
  mode: Mode;
  vendor: Vendor;
  scene: Scene;
  dice: Dice;
}

/** What was wrong with one cell; empty when all was as it must be. */
export interface Verdict {
  answered: boolean;
  cut: boolean;
  hung: boolean;
  faults: string[];
}

const WATCHDOG_MS = 15_000;
/** Long enough for a busy machine, short enough for thousands of silent services. */
const SILENCE_MS = 500;
const CALL = { name: 'look_up', arguments: { word: 'tea', languages: ['de', 'en', 'fr', 'zh'] } };
const ANSWERS = {
  text: { text: 'Tea is a drink made from leaves, and people have enjoyed it for thousands of years.', toolCalls: [] },
  tool: { text: '', toolCalls: [CALL] },
};
const LOOK_UP = { name: CALL.name, description: 'Looks something up.', schema: { type: 'object', properties: { word: { type: 'string' } }, required: ['word'] } };
const STARTS = { ollama: startOllamaServer, anthropic: startAnthropicServer, openai: startOpenAiServer };
const MODELS: Record<Vendor, string> = { ollama: 'qwen3:8b', anthropic: 'claude-sonnet-4-5', openai: 'gpt-4o-mini' };

/** Plays one fault against a real router, driver and HTTP server, and judges what came of it. */
export async function playCell(cell: Cell): Promise<Verdict> {
  const service = await startService(cell);
  const backup = cell.scene === 'backup' ? await serverOf(cell.vendor === 'openai' ? 'anthropic' : 'openai', cell.answer) : undefined;
  const drivers: ModelDriver[] = [await driverOf(cell, service), ...(backup ? [withRoom(driverFor(backup.vendor, backup.server.url))] : [])];
  const stop = new AbortController();
  let hung = false;
  const watchdog = setTimeout(() => { hung = true; stop.abort(); }, WATCHDOG_MS);
  try {
    const outcome = await ask(routerOf(drivers), requestOf(cell), cell.mode, stop.signal);
    clearTimeout(watchdog);
    const servers = [service.server, ...(backup ? [backup.server] : [])];
    return judge(cell, outcome, hung, await openSockets(servers));
  } finally {
    clearTimeout(watchdog);
    await Promise.all([service.server.close(), backup?.server.close()]);
  }
}

interface Outcome {
  shown: string;
  reply?: ModelReply;
  error?: unknown;
}

async function ask(router: Router, request: ModelRequest, mode: Mode, signal: AbortSignal): Promise<Outcome> {
  const outcome: Outcome = { shown: '' };
  try {
    if (mode === 'plain') return { shown: '', reply: await router.complete(request, signal) };
    for await (const chunk of router.stream(request, signal)) {
      if (chunk.type === 'text') outcome.shown += chunk.text;
      if (chunk.type === 'finish') outcome.reply = chunk.reply;
    }
  } catch (error) {
    outcome.error = error;
  }
  return outcome;
}

function judge({ kind, mode, scene, answer }: Cell, { shown, reply, error }: Outcome, hung: boolean, sockets: number): Verdict {
  const code = error instanceof AiosError ? error.code : undefined;
  const cut = code === 'STREAM_CUT';
  const mustAnswer = !cut && (scene === 'backup' || (scene === 'heals' && kind.isRetried));
  const faults = [
    hung && 'hung',
    error !== undefined && code === undefined && `threw no error of ours: ${String(error)}`,
    error === undefined && !reply && 'ended without a reply',
    reply && !isWhole(reply, answer) && `took ${JSON.stringify([reply.text, reply.toolCalls])} for the answer`,
    reply && mode === 'stream' && shown !== reply.text && 'showed something else than it replied',
    cut && (mode === 'plain' || !kind.midStream || shown === '') && 'called a stream cut of which nothing was shown',
    shown !== '' && !reply && !cut && `ended a shown stream with ${code}`,
    mustAnswer && !reply && `did not answer: ${String(error)}`,
    scene === 'dead' && reply && 'answered out of nothing',
    sockets > 0 && `left ${sockets} sockets open`,
  ].filter((fault): fault is string => typeof fault === 'string');
  return { answered: reply !== undefined, cut, hung, faults };
}

function isWhole({ text, toolCalls }: ModelReply, answer: Cell['answer']): boolean {
  const said = { text, toolCalls: toolCalls.map((call) => ({ name: call.name, arguments: call.arguments })) };
  return JSON.stringify(said) === JSON.stringify(ANSWERS[answer]);
}

interface Service {
  vendor: Vendor;
  server: ModelServer;
}

async function serverOf(vendor: Vendor, answer: Cell['answer'], faults?: ModelServerOptions['faults']): Promise<Service> {
  return { vendor, server: await STARTS[vendor]({ models: [MODELS[vendor]], answerTo: () => ANSWERS[answer], faults }) };
}

async function startService({ kind, vendor, scene, dice, answer }: Cell): Promise<Service> {
  const fault: Fault | undefined = kind.fault?.(dice);
  return await serverOf(vendor, answer, (index) => (scene === 'heals' && index > 0 ? undefined : fault));
}

/** What cannot be reached was known once: its list of models is an old one. */
async function driverOf({ kind, vendor }: Cell, { server }: Service): Promise<ModelDriver> {
  if (!kind.unreachable) return driverFor(vendor, server.url);
  const models: CatalogModel[] = await driverFor(vendor, server.url).listModels(new AbortController().signal);
  await server.close();
  const gone = driverFor(vendor, kind.unreachable === 'dns' ? 'http://model-service.invalid' : server.url);
  return { ...gone, listModels: async () => models };
}

/** What takes over from a model whose context was too small has a larger one. */
function withRoom(driver: ModelDriver): ModelDriver {
  return { ...driver, listModels: async (signal) => (await driver.listModels(signal)).map((model) => ({ ...model, contextTokens: 1_000_000 })) };
}

function driverFor(vendor: Vendor, url: string): ModelDriver {
  if (vendor === 'ollama') return ollamaDriver({ url });
  if (vendor === 'anthropic') return anthropicDriver({ apiKey: 'sk-test-0123456789', baseUrl: url });
  return openAiCompatibleDriver({ baseUrl: `${url}/v1`, apiKey: 'sk-test-0123456789', local: false });
}

/** A limit is counted in so many turns of the event loop: when the machine stands still, the services do too, and nobody is silent. */
const TURNS = 25;

/** Pauses between tries pass at once; limits on silence are short, and real. */
function routerOf(services: ModelDriver[]): Router {
  const clock: Clock = {
    nowMs: () => Date.now(),
    sleep: async () => await new Promise((resolve) => setImmediate(resolve)),
    after(ms, run) {
      let left = TURNS;
      let timer: NodeJS.Timeout;
      const turn = (): void => void (timer = setTimeout(() => (left -= 1) > 0 ? turn() : run(), ms / TURNS));
      turn();
      return () => clearTimeout(timer);
    },
  };
  const ledger = openSqliteLedger(openSqlite(':memory:'), clock);
  return createRouter({ services, ledger, clock, makeId, log: silentLogger, limits: { cloudFirstTokenMs: SILENCE_MS, localFirstTokenMs: SILENCE_MS, idleMs: SILENCE_MS } });
}

function requestOf({ vendor }: Cell): ModelRequest {
  return { messages: [{ role: 'user', text: 'What is tea?' }], tools: [LOOK_UP], facts: { privacy: 'internal', model: MODELS[vendor] } };
}

/** Real sockets close in their own time: looks until it is so, at most a second. */
async function openSockets(servers: readonly ModelServer[]): Promise<number> {
  const open = () => servers.reduce((sum, server) => sum + server.openSockets(), 0);
  for (let turn = 0; turn < 100 && open() > 0; turn += 1) await new Promise((resolve) => setTimeout(resolve, 10));
  return open();
}
