import { connectedCandidates, connectedModel, type AgentModel } from '../../../agents';
import { errorFacts, makeId, systemClock, type Clock, type Logger } from '../../../kernel';
import { anthropicDriver, createRouter, ollamaDriver, openAiCompatibleDriver, openSqliteAnswers, openSqliteLedger, type ModelRequest } from '../../../router';
import { openSqlite } from '../../../storage';
import { openTestTeam } from '../../agents/open-agents';
import { startAnthropicServer, startOllamaServer, startOpenAiServer, type Fault } from '../../support/model-servers';
import { seededRandom, type Random } from '../privacy/random';
import { startGate, type Gate } from './gate';
import { CLOUD, MARK, requestWith, secretPrompts, type SecretPrompt } from './prompts';

/** How this machine's model behaves meanwhile. */
export type LocalState = 'up' | 'down' | 'flapping';

export interface StormResult {
  prompts: number;
  /** By what became of it: `answered here`, or the code of the error. */
  outcomes: Record<string, number>;
  /** Requests the clouds got that are more than the list of their models. */
  arrived: number;
  /** Bytes the clouds got in all, and how often the mark of the prompts stands in them. */
  cloudBytes: number;
  marks: number;
  /** Log lines and errors that quote a prompt. */
  quoted: string[];
  /** Answers the store of answers kept while everything was secret; afterwards it keeps the harmless ones. */
  kept: number;
  keptHarmless: number;
  /** Harmless prompts that the same clouds did get afterwards: they were listening. */
  control: number;
}

const AT_ONCE = 8;
const CONTROL_PROMPTS = 20;
/** Long enough for a busy machine's local model to answer, short enough for thousands of stalls. */
const STALLED_MS = 200;

/** Secret prompts against everything that could carry one away; the clouds are stronger, healthy, and keep every byte. */
export async function storm(state: LocalState, { seed, count }: { seed: number; count: number }): Promise<StormResult> {
  const random = seededRandom(seed);
  const scene = await openScene(state, random);
  const result: StormResult = { prompts: count, outcomes: {}, arrived: 0, cloudBytes: 0, marks: 0, quoted: [], kept: 0, keptHarmless: 0, control: 0 };
  try {
    const waiting = secretPrompts(random, count);
    const work = async (): Promise<void> => {
      for (let prompt = waiting.pop(); prompt; prompt = waiting.pop()) await tell(prompt, scene, random, result);
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
    const heard = scene.clouds.map((cloud) => cloud.heard()).join('');
    result.cloudBytes = heard.length;
    result.arrived = requestsIn(heard);
    result.marks = heard.split(MARK).length - 1;
    result.quoted.push(...scene.logged.filter((line) => line.includes(MARK)));
    result.kept = scene.keptAnswers();
    result.control = await harmless(scene);
    result.keptHarmless = scene.keptAnswers() - result.kept;
  } finally {
    await scene.close();
  }
  return result;
}

/** Were the clouds there at all? */
async function harmless({ router, clouds, connected }: Scene): Promise<number> {
  const names = [...CLOUD, 'n8n/gpt-4o'];
  for (let index = 0; index < CONTROL_PROMPTS; index++) {
    await router.complete({ messages: [{ role: 'user', text: `What is tea ${index}?` }], connected, facts: { privacy: 'internal', model: names[index % names.length], reuseMinutes: 60 } }, new AbortController().signal);
  }
  return requestsIn(clouds.map((cloud) => cloud.heard()).join(''));
}

/** Requests that carry something. */
function requestsIn(heard: string): number {
  return heard.match(/(POST|PUT|PATCH) \S+ HTTP\/1/g)?.length ?? 0;
}

async function tell(prompt: SecretPrompt, scene: Scene, random: Random, result: StormResult): Promise<void> {
  scene.before();
  const how = random.pick(WAYS);
  const outcome = await how(prompt, scene, random).then(
    (isLocal) => (isLocal ? 'answered here' : 'ANSWERED ELSEWHERE'),
    (error: unknown) => {
      const { code, message, hint } = errorFacts(error);
      if (`${message} ${hint}`.includes(MARK)) result.quoted.push(`${code}: ${message}`);
      return code;
    },
  );
  result.outcomes[outcome] = (result.outcomes[outcome] ?? 0) + 1;
}

type Way = (prompt: SecretPrompt, scene: Scene, random: Random) => Promise<boolean>;
const never = new AbortController().signal;

/** In every other request a cloud model is connected beside the team's own, and in every other of those it is the one to ask first. */
function asked(prompt: SecretPrompt, { connected }: Scene, random: Random): ModelRequest {
  const request = requestWith(prompt, random);
  if (random.next() < 0.5) return request;
  return { ...request, connected, facts: { ...request.facts, ...(random.next() < 0.5 && { model: 'n8n/gpt-4o' }) } };
}

const complete: Way = async (prompt, scene, random) => (await scene.router.complete(asked(prompt, scene, random), never)).decision.local;

const stream: Way = async (prompt, scene, random) => {
  let isLocal = false;
  for await (const chunk of scene.router.stream(asked(prompt, scene, random), never)) if (chunk.type === 'finish') isLocal = chunk.reply.decision.local;
  return isLocal;
};

const explain: Way = async (prompt, scene, random) => (await scene.router.explain(asked(prompt, scene, random), never)).local;

const wired: Way = async (prompt, { wiredModel }, random) => (await wiredModel.complete(requestWith(prompt, random), never)).decision.local;

/** An agent whose tools are in the cloud; its model hands them all it was told. */
const agent: Way = async ({ text, by }, { team, cloudTool }) => {
  const { result } = await team.agents.work({ goal: text, role: 'code', privacy: by === 'label' ? 'secret' : 'public' }, team.call({ tools: [cloudTool], owner: makeId() }));
  return result.decision!.local;
};

const WAYS: readonly Way[] = [complete, complete, complete, complete, stream, stream, stream, stream, wired, wired, explain, agent];

type Scene = Awaited<ReturnType<typeof openScene>>;

async function openScene(state: LocalState, random: Random) {
  const [claude, gpt] = [await startAnthropicServer({ models: ['claude-opus-4-5'] }), await startOpenAiServer({ models: ['gpt-4o'] })];
  const clouds = [await startGate(claude.url), await startGate(gpt.url)] as const;
  const ollama = await startOllamaServer({ models: ['qwen3:8b', 'qwen3:1b'], faults: () => faultAt(random, clouds), answerTo: toolCallWithAll });
  const home = await startGate(ollama.url);
  home.isOpen = state !== 'down';
  const clock = hurriedClock();
  const logged: string[] = [];
  const database = openSqlite(':memory:');
  const router = createRouter({
    services: [ollamaDriver({ url: home.url }), anthropicDriver({ apiKey: 'key-123456', baseUrl: clouds[0].url }), openAiCompatibleDriver({ baseUrl: `${clouds[1].url}/v1`, apiKey: 'key-123456', local: false })],
    ledger: openSqliteLedger(database, systemClock), answers: openSqliteAnswers(database), clock, makeId, log: listening(logged),
    limits: { localFirstTokenMs: STALLED_MS, idleMs: STALLED_MS, cloudFirstTokenMs: 1_000 },
  });
  const team = openTestTeam(router);
  return {
    router, team, clouds, logged,
    keptAnswers: () => Number(database.prepare('SELECT COUNT(*) AS count FROM kept_answers').get()!.count),
    connected: connectedCandidates([{ chatModel: cloudChatModel(clouds[1]), nodeName: 'OpenAI Chat Model' }], { local: false, workflowId: 'wf' }),
    wiredModel: connectedModel(cloudChatModel(clouds[1]), { local: false, isOurRouter: false }) as AgentModel,
    cloudTool: { name: 'far_search', description: 'Searches.', schema: { type: 'object', properties: { text: { type: 'string' } } }, local: false, run: async (args: object) => await post(clouds[1], args) },
    /** Between two prompts a flapping service comes or goes, and lists grow old. */
    before: () => {
      if (state === 'flapping' && random.next() < 0.1) home.isOpen = !home.isOpen;
      if (random.next() < 0.05) clock.skip(61_000);
    },
    close: async () => {
      team.close();
      await Promise.all([...clouds, home, claude, gpt, ollama].map((server) => server.close()));
    },
  };
}

function faultAt(random: Random, clouds: readonly Gate[]): Fault | undefined {
  const elsewhere = `${random.pick(clouds).url}/v1/chat/completions`;
  return random.pick<Fault | undefined>([
    ...Array.from({ length: 12 }, () => undefined),
    { kind: 'status', status: 429, retryAfterS: 1 }, { kind: 'status', status: 500 }, { kind: 'status', status: 503 }, { kind: 'status', status: 400, message: `cannot read "${MARK}"` }, { kind: 'status', status: 404 }, { kind: 'status', status: 413 },
    { kind: 'reset' }, { kind: 'reset-mid-stream' }, { kind: 'end-mid-stream' }, { kind: 'garbled' }, { kind: 'empty' }, { kind: 'redirect', to: elsewhere },
    random.next() < 0.5 ? { kind: 'stall-before-first-token' } : { kind: 'stall-mid-stream' },
  ]);
}

/** The model passes on all it was told to the first tool there is; without tools the request's schema answers. */
function toolCallWithAll(body: object) {
  const { tools, messages } = body as { tools?: Array<{ function: { name: string } }>; messages: Array<{ role: string; content: string }> };
  if (!tools?.length || messages.filter(({ role }) => role === 'tool').length > 2) return undefined;
  return { toolCalls: [{ name: tools[0]!.function.name, arguments: { text: messages.map(({ content }) => content).join('\n') } }] };
}

/** Pauses pass at once, and time can be skipped. */
function hurriedClock(): Clock & { skip(ms: number): void } {
  let skippedMs = 0;
  return { ...systemClock, nowMs: () => systemClock.nowMs() + skippedMs, sleep: (_ms, signal) => systemClock.sleep(1, signal), skip: (ms) => void (skippedMs += ms) };
}

function listening(lines: string[]): Logger {
  const hear = (...line: unknown[]): void => void lines.push(JSON.stringify(line));
  return { debug: hear, info: hear, warn: hear, error: hear };
}

async function post({ url }: Gate, body: object): Promise<string> {
  return await (await fetch(`${url}/v1/chat/completions`, { method: 'POST', body: JSON.stringify(body) })).text();
}

/** As n8n's cloud models look to us. */
function cloudChatModel(cloud: Gate) {
  const model = { model: 'gpt-4o', invoke: async (messages: ModelRequest['messages'] | object[]) => ({ text: await post(cloud, messages) }), bindTools: () => model };
  return model;
}

