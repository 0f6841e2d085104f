import { errorFacts, type Clock, type Logger, type MakeId } from '../../kernel';
import type { CatalogEntry } from '../catalog';
import type { Limits } from '../limits';
import type { DriverChunk } from '../model-driver';
import type { Places } from '../places';
import { capsOf, providerConcurrency, type Cap, type CapRules } from './cap-rules';
import type { CapStore } from './cap-store';
import { CapLine } from './cap-line';

export interface GateDeps {
  places: Places;
  caps: CapStore;
  clock: Clock;
  makeId: MakeId;
  log: Logger;
  limits: Limits;
}

/** What a call says at the gate. */
export interface Entrance {
  rules: CapRules;
  /** Of the prompt and the longest answer, estimated. */
  tokens: number;
  /** Somebody else could answer: rather than wait, the call is told so. */
  elsewhere: boolean;
}

/** Lets a call through to its model, and counts it until it leaves. */
export interface Slot {
  /** Passes the stream on and remembers what it used. */
  counting(stream: AsyncIterable<DriverChunk>): AsyncIterable<DriverChunk>;
  /** To be called exactly once. */
  leave(): void;
}

/** Nobody waits for a cap as long as a model may be silent: its service must not be taken for one that fails. */
const SHARE_OF_SILENCE = 0.8;
/** A crashed process holds its slots for so long; the others renew three times in it. */
const LEASE_MS = 30_000;

/** Keeps how many calls go to a service at once, in this process, and the models file's caps, in all processes of the team. */
export class CallGate {
  private readonly lines = new Map<string, CapLine>();

  constructor(private readonly deps: GateDeps) {}

  /**
   * @throws {RateLimitedError} when a cap is full and somebody else could answer, or too many wait already
   * @throws {ModelBusyError} when no slot came in time
   * @throws {CancelledError}
   */
  async enter(entry: CatalogEntry, entrance: Entrance, signal: AbortSignal): Promise<Slot> {
    const { places } = this.deps;
    const { driver } = entry;
    const caps = capsOf(entry, entrance.rules);
    if (caps.length === 0) {
      const giveBack = await places.take(driver, signal);
      return { counting: (stream) => stream, leave: giveBack };
    }
    const slot = await this.begin(caps, entry, entrance, signal);
    try {
      const giveBack = await places.take(driver, signal, providerConcurrency(driver.provider, caps));
      return { counting: slot.counting, leave: () => { giveBack(); slot.leave(); } };
    } catch (error) {
      slot.leave();
      throw error;
    }
  }

  private async begin(caps: readonly Cap[], { model }: CatalogEntry, { tokens, elsewhere }: Entrance, signal: AbortSignal): Promise<Slot> {
    const { clock, makeId, limits } = this.deps;
    const line = this.lineOf(caps);
    const longestWaitMs = SHARE_OF_SILENCE * (model.local ? limits.localFirstTokenMs : limits.cloudFirstTokenMs);
    const call = { slotId: makeId(), caps, tokens, leaseMs: LEASE_MS };
    await line.begin(call, { elsewhere, untilMs: clock.nowMs() + longestWaitMs, signal });
    return this.held(call, line);
  }

  private held(call: { slotId: string; caps: readonly Cap[]; leaseMs: number }, line: CapLine): Slot {
    const { caps, clock, log } = this.deps;
    const stopRenewing = renewing(clock, call.leaseMs / 3, async () => await caps.renew(call).catch(() => {}));
    let usedTokens: number | undefined;
    return {
      async *counting(stream) {
        for await (const chunk of stream) {
          if (chunk.type === 'finish') usedTokens = chunk.usage.promptTokens + chunk.usage.completionTokens;
          yield chunk;
        }
      },
      leave() {
        stopRenewing();
        // Should it fail, the lease ends by itself.
        void caps.end(call, usedTokens).catch((error: unknown) => log.warn('The end of a capped call was not counted.', { code: errorFacts(error).code })).finally(() => line.wake());
      },
    };
  }

  private lineOf(caps: readonly Cap[]): CapLine {
    const key = caps.map((cap) => cap.key).join('\n');
    const line = this.lines.get(key) ?? new CapLine(this.deps.caps, this.deps.clock);
    this.lines.set(key, line);
    return line;
  }
}

function renewing(clock: Clock, everyMs: number, renew: () => Promise<void>): () => void {
  let cancel = () => {};
  const again = () => {
    cancel = clock.after(everyMs, () => {
      again();
      void renew();
    });
  };
  again();
  return () => cancel();
}
