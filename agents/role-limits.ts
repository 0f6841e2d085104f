import { AiosError, type Clock } from '../kernel';
import type { HeldRun } from './held-run';
import type { CallBounds } from './model-session';
import type { Role } from './roles';

/** A limit of the role ended the attempt; the next one begins anew. Money is another matter: there the router's budgets say no. */
export class RoleLimitError extends AiosError {
  readonly code = 'ROLE_LIMIT';
  readonly kind = 'user';
  constructor(readonly reason: 'max-tokens' | 'max-time', message: string, field: string) {
    super(message, { hint: `Raise "${field}" of the role, or cut the task smaller.` });
  }
}

export interface LimitedRun {
  /** The run, with calls cut when the role's time is over. */
  held: HeldRun;
  bounds: CallBounds;
}

/** Holds one attempt to the limits of its role. */
export function withinLimits(clock: Clock, held: HeldRun, { title, limits, models, temperature }: Role): LimitedRun {
  let tokens = 0;
  const used = openStopwatch(clock);
  const timeIsUp = () => new RoleLimitError('max-time', `${title} was at work for ${limits.timeS} s, which is its limit for one attempt.`, 'time_s');
  const timed = async <T>(call: (signal: AbortSignal) => Promise<T>, signal: AbortSignal): Promise<T> => {
    if (limits.timeS === null) return await call(signal);
    const leftMs = limits.timeS * 1_000 - used.ms();
    if (leftMs <= 0) throw timeIsUp();
    const end = new AbortController();
    const cancel = clock.after(leftMs, () => end.abort());
    used.start();
    try {
      return await call(AbortSignal.any([signal, end.signal]));
    } catch (error) {
      throw end.signal.aborted && !signal.aborted ? timeIsUp() : error;
    } finally {
      cancel();
      used.stop();
    }
  };
  return {
    // Inside of what a person's pause cuts and repeats: his pause is not the role's time.
    held: { ...held, controlled: (made) => held.controlled({ ...made, call: (signal) => timed(made.call, signal) }) },
    bounds: {
      facts: {
        ...((models.length > 0 || temperature !== undefined) && { roleWish: { models: [...models], ...(temperature !== undefined && { temperature }) } }),
        ...(limits.budgetUsd !== null && { taskBudgetUsd: limits.budgetUsd }),
      },
      assertLeft() {
        if (limits.tokens !== null && tokens >= limits.tokens) throw new RoleLimitError('max-tokens', `${title} has used ${tokens} tokens; its limit for one attempt is ${limits.tokens}.`, 'tokens');
      },
      count({ usage }) {
        tokens += usage.promptTokens + usage.completionTokens;
      },
    },
  };
}

/** Time in which at least one call is under way: two side by side take no more of it than one. */
function openStopwatch({ nowMs }: Clock) {
  let [running, startedAtMs, pastMs] = [0, 0, 0];
  return {
    ms: () => pastMs + (running > 0 ? nowMs() - startedAtMs : 0),
    start() {
      if (running++ === 0) startedAtMs = nowMs();
    },
    stop() {
      if (--running === 0) pastMs += nowMs() - startedAtMs;
    },
  };
}
