import type { Clock } from '../kernel';

/** A refused key is tried again after this long: it may have been given its rights meanwhile. */
const DISABLED_MS = 5 * 60_000;
/** Weight of the newest measurement of speed. */
const NEWEST = 0.3;

/** What calls taught us about providers and models, for as long as the process lives. */
export class Health {
  private readonly disabled = new Map<string, { untilMs: number; reason: string }>();
  private readonly speeds = new Map<string, number>();

  constructor(private readonly clock: Clock) {}

  /** @param name of a provider, or the id of one model */
  disable(name: string, reason: string): void {
    this.disabled.set(name, { untilMs: this.clock.nowMs() + DISABLED_MS, reason });
  }

  disabledReason({ provider, id }: { provider: string; id: string }): string | undefined {
    return [provider, id].map((name) => this.disabled.get(name)).find((entry) => entry && entry.untilMs > this.clock.nowMs())?.reason;
  }

  /** @param ms of the whole call, first token included */
  measure(modelId: string, completionTokens: number, ms: number): void {
    if (completionTokens < 1 || ms <= 0) return;
    const newest = completionTokens / (ms / 1_000);
    const before = this.speeds.get(modelId);
    this.speeds.set(modelId, before === undefined ? newest : before * (1 - NEWEST) + newest * NEWEST);
  }

  tokensPerSecond(modelId: string): number | undefined {
    return this.speeds.get(modelId);
  }
}
