import type { Clock } from '../../kernel';
import { FORGOTTEN_MS, MINUTE_MS, waitMs, type CappedCall, type CapStore, type RecentCall } from './cap-store';

interface Counted extends RecentCall {
  heldUntilMs: number;
}

/** Caps of one process, for routers without a team's store. */
export function memoryCapStore(clock: Clock): CapStore {
  const counted = new Map<string, Map<string, Counted>>();

  const waiting = new Map<string, { key: string; sinceMs: number; seenMs: number }>();

  /** Calls that wait for the same and have done so for longer. */
  const before = (key: string, { slotId, sinceMs }: CappedCall): number => {
    for (const [other, { seenMs }] of waiting) if (seenMs <= clock.nowMs() - FORGOTTEN_MS) waiting.delete(other);
    return [...waiting].filter(([other, waiter]) => other !== slotId && waiter.key === key && waiter.sinceMs < sinceMs).length;
  };

  const callsOf = (key: string): Map<string, Counted> => {
    const calls = counted.get(key) ?? new Map<string, Counted>();
    counted.set(key, calls);
    const nowMs = clock.nowMs();
    for (const [slotId, call] of calls) if (call.heldUntilMs <= nowMs && call.begunAtMs <= nowMs - MINUTE_MS) calls.delete(slotId);
    return calls;
  };

  return {
    async begin(call) {
      const { slotId, caps, tokens, leaseMs } = call;
      const nowMs = clock.nowMs();
      for (const cap of caps) {
        const calls = [...callsOf(cap.key).values()];
        if (calls.filter(({ heldUntilMs }) => heldUntilMs > nowMs).length + before(cap.key, call) >= (cap.concurrency ?? Infinity)) {
          if (call.waits) waiting.set(slotId, { key: cap.key, sinceMs: call.sinceMs, seenMs: nowMs });
          return { begun: false, full: cap, retryInMs: 0 };
        }
        const retryInMs = waitMs(calls.filter(({ begunAtMs }) => begunAtMs > nowMs - MINUTE_MS), cap, tokens, nowMs);
        if (retryInMs > 0) return { begun: false, full: cap, retryInMs };
      }
      waiting.delete(slotId);
      for (const { key } of caps) callsOf(key).set(slotId, { begunAtMs: nowMs, tokens, heldUntilMs: nowMs + leaseMs });
      return { begun: true };
    },

    async renew({ slotId, caps, leaseMs }) {
      for (const { key } of caps) {
        const call = counted.get(key)?.get(slotId);
        if (call) call.heldUntilMs = clock.nowMs() + leaseMs;
      }
    },

    async end({ slotId, caps }, tokens) {
      for (const { key } of caps) {
        const call = counted.get(key)?.get(slotId);
        if (call) Object.assign(call, { heldUntilMs: 0, tokens: tokens ?? call.tokens });
      }
    },
  };
}
