import type { Cap } from './cap-rules';

/** A call that wants to begin under its caps. */
export interface CappedCall {
  slotId: string;
  /** Each key once. */
  caps: readonly Cap[];
  /** Estimated: of the prompt and the longest answer. */
  tokens: number;
  /** A call whose process has crashed counts as under way for this long; the others renew. */
  leaseMs: number;
  /** Since when it waits, ms since 1970, or now: a free slot goes to whoever has waited longest, in whatever process. */
  sinceMs: number;
  /** Whether it will ask again; a call that will not keeps no place in the line. */
  waits: boolean;
}

/** `full` is the cap in the way, and `retryInMs` when it may have room: 0 when nobody knows, because a call must end first. */
export type CapAnswer = { begun: true } | { begun: false; full: Cap; retryInMs: number };

/** Where the calls of all processes of a team are counted against their caps. Each method is one atomic step. */
export interface CapStore {
  /** Counts the call in all of its caps, or in none. */
  begin(call: CappedCall): Promise<CapAnswer>;
  renew(call: Pick<CappedCall, 'slotId' | 'caps' | 'leaseMs'>): Promise<void>;
  /** @param tokens as the provider counted them; unset leaves the estimate */
  end(call: Pick<CappedCall, 'slotId' | 'caps'>, tokens: number | undefined): Promise<void>;
}

/** Whoever waits for a slot asks again within this; after a few times without a word he is no longer waited for. */
export const LOOK_AGAIN_MS = 50;
export const FORGOTTEN_MS = 5 * LOOK_AGAIN_MS;

/** What "per minute" looks back upon: any 60 s, not the minutes of the clock. */
export const MINUTE_MS = 60_000;

/** A call begun within the last minute. */
export interface RecentCall {
  begunAtMs: number;
  tokens: number;
}

/** @param recent oldest first @returns ms until a call of so many tokens fits; 0 when it fits now */
export function waitMs(recent: readonly RecentCall[], { requestsPerMinute = Infinity, tokensPerMinute = Infinity }: Cap, tokens: number, nowMs: number): number {
  let left = recent.length;
  let leftTokens = recent.reduce((sum, call) => sum + call.tokens, 0);
  // One call larger than the whole minute begins when nothing else counts: it would never begin otherwise.
  const fits = () => left < requestsPerMinute && (leftTokens === 0 || leftTokens + tokens <= tokensPerMinute);
  let freeAtMs = nowMs;
  for (const call of recent) {
    if (fits()) break;
    left -= 1;
    leftTokens -= call.tokens;
    freeAtMs = call.begunAtMs + MINUTE_MS;
  }
  return Math.max(0, freeAtMs - nowMs);
}
