import type { Clock } from '../../kernel';
import { MINUTE_MS, waitMs, type CapStore, type RecentCall } from './cap-store';

interface Counted extends RecentCall {
  heldUntilMs: number;
}

/** Caps of one process, for routers without a team's store. */
export function memoryCapStore(clock: Clock): CapStore {
  const counted = new Map<string, Map<string, Counted>>();

  const callsOf = (key: string): Map<string, Counted> => {
    const calls = counted.get(key) ?? new Map<string, Counted>();
    counted.set(key, calls);
    const nowMs = clock.nowMs();
    for (const [slotId, call] of calls) if (call.heldUntilMs <= nowMs && call.begunAtMs <= nowMs - MINUTE_MS) calls.delete(slotId);
    return calls;
  };

  return {
    async begin({ slotId, caps, tokens, leaseMs }) {
      const nowMs = clock.nowMs();
      for (const cap of caps) {
        const calls = [...callsOf(cap.key).values()];
        if (calls.filter(({ heldUntilMs }) => heldUntilMs > nowMs).length >= (cap.concurrency ?? Infinity)) return { begun: false, full: cap, retryInMs: 0 };
        const retryInMs = waitMs(calls.filter(({ begunAtMs }) => begunAtMs > nowMs - MINUTE_MS), cap, tokens, nowMs);
        if (retryInMs > 0) return { begun: false, full: cap, retryInMs };
      }
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
