import { CancelledError, silentLogger, type Clock, type Logger } from '../../kernel';
import { createRouter, openSqliteLedger, type Budget, type AnswerStore, type CatalogModel, type DriverChunk, type Ledger, type Limits, type ModelCall, type ModelDriver, type ModelRequest, type ModelsFileSource, type NotedCall, type PlaceLimits, type RequestFacts, type Router, type RouterDeps } from '../../router';
import { openSqlite } from '../../storage';
import { fakeClock, type FakeClock } from '../support/fake-clock';

/** What a scripted model does with one call: says a text, fails, stays silent, or gives these chunks and then goes on as told. */
export type Move = string | Error | 'silence' | { chunks: DriverChunk[]; then?: Error | 'silence' };

export interface ScriptedDriver extends ModelDriver {
  calls: ModelCall[];
  /** Calls under way. */
  open(): number;
}

export function modelOf(id: string, more: Partial<CatalogModel> = {}): CatalogModel {
  const [provider = '', name = ''] = id.split('/');
  const local = more.local ?? provider === 'ollama';
  return { id, provider, name, local, abilities: { tools: true, json: true, vision: false }, contextTokens: 32_000, price: local ? { promptUsdPerMTok: 0, completionUsdPerMTok: 0 } : { promptUsdPerMTok: 1, completionUsdPerMTok: 10 }, strength: local ? 0.5 : 0.9, ...more };
}

/** A model service from a list of moves, one per call; after the last it says "ok". */
export function scriptedDriver(models: CatalogModel[], moves: Move[] = [], list: () => Promise<CatalogModel[]> = async () => models): ScriptedDriver {
  const calls: ModelCall[] = [];
  const script = [...moves];
  let open = 0;
  return {
    provider: models[0]!.provider,
    local: models[0]!.local,
    calls,
    open: () => open,
    listModels: list,
    async *stream(call, signal) {
      calls.push(call);
      open += 1;
      try {
        yield* play(script.shift() ?? 'ok', signal);
      } finally {
        open -= 1;
      }
    },
  };
}

export const FINISH: DriverChunk = { type: 'finish', reason: 'stop', usage: { promptTokens: 1_000, completionTokens: 100 } };

async function* play(move: Move, signal: AbortSignal): AsyncGenerator<DriverChunk> {
  if (move instanceof Error) throw move;
  if (move === 'silence') return await silence(signal);
  const { chunks, then } = typeof move === 'string' ? { chunks: [{ type: 'text', text: move } as DriverChunk, FINISH], then: undefined } : move;
  yield* chunks;
  if (then instanceof Error) throw then;
  if (then === 'silence') await silence(signal);
}

function silence(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    if (signal.aborted) reject(new CancelledError());
    signal.addEventListener('abort', () => reject(new CancelledError()), { once: true });
  });
}

/** A router over scripted services, on a clock whose sleeps pass at once and are counted. */
export function routerOver(services: ModelDriver[], more: { limits?: Partial<Limits>; places?: Partial<PlaceLimits>; log?: Logger; modelsFile?: ModelsFileSource; ledger?: Ledger; budgets?: Budget[]; clock?: FakeClock; answers?: AnswerStore; noteCall?(call: NotedCall): void } & Pick<RouterDeps, 'noteCall' | 'calibration'> = {}) {
  const fake = more.clock ?? fakeClock();
  const sleeps: number[] = [];
  const clock: Clock = { ...fake, sleep: async (ms) => { sleeps.push(ms); fake.advance(ms); } };
  const ledger: Ledger = more.ledger ?? openSqliteLedger(openSqlite(':memory:'), clock);
  let count = 0;
  const router: Router = createRouter({ services, makeId: () => `call-${(count += 1)}`, log: silentLogger, ...more, clock, ledger });
  return { router, ledger, fake, sleeps };
}

export function requestOf(facts: Partial<RequestFacts> = {}, more: Partial<ModelRequest> = {}): ModelRequest {
  return { messages: [{ role: 'user', text: 'What is tea?' }], ...more, facts: { privacy: 'internal', ...facts } };
}
