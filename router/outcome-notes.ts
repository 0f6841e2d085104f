import { errorFacts, type Clock, type Logger } from '../kernel';
import type { CallVerdict, JudgedCall, NotedCall, OutcomeLog, WhichCalls } from './outcome-log';

/** A crash loses what was noted within this time, at most; nobody waits for a note to be written. */
const WRITE_AFTER_MS = 250;
/** Some milliseconds of work for SQLite. */
const CALLS_AT_ONCE = 200;
/** Where the store cannot follow, the oldest notes are dropped: they are a sample anyway. */
const MOST_UNWRITTEN = 2_000;

/**
 * The way to the outcome log for those who work: notes are written together, some at a time. Nothing of it ever fails or holds up a call,
 * because work is not to suffer from what is learnt of it.
 */
export class OutcomeNotes {
  private unwritten: NotedCall[] = [];
  private cancelTimer: (() => void) | undefined;
  private writing: Promise<void> = Promise.resolve();

  constructor(private readonly outcomes: OutcomeLog, private readonly clock: Clock, private readonly log: Logger) {}

  note(call: NotedCall): void {
    this.unwritten.push(call);
    if (this.unwritten.length > MOST_UNWRITTEN) this.unwritten.shift();
    if (this.unwritten.length >= CALLS_AT_ONCE) void this.write();
    else this.cancelTimer ??= this.clock.after(WRITE_AFTER_MS, () => void this.write());
  }

  async judge(which: WhichCalls, verdict: CallVerdict): Promise<void> {
    await this.write();
    await this.orWarn(() => this.outcomes.judge(which, verdict));
  }

  /** @throws what the store throws: whoever asks wants to know */
  async judged(filter: { sinceMs?: number }): Promise<JudgedCall[]> {
    await this.write();
    return await this.outcomes.judged(filter);
  }

  /** Writes what was noted so far; also before the store is closed. */
  write(): Promise<void> {
    this.cancelTimer?.();
    this.cancelTimer = undefined;
    this.writing = this.writing.then(async () => {
      while (this.unwritten.length > 0) {
        const calls = this.unwritten.splice(0, CALLS_AT_ONCE);
        await this.orWarn(() => this.outcomes.note(calls));
      }
    });
    return this.writing;
  }

  private async orWarn(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.log.warn('What a model call was worth could not be noted.', { reason: errorFacts(error).message });
    }
  }
}
