import { errorFacts, type Clock, type Logger } from '../kernel';
import type { Calibration } from './calibration/calibrate';
import type { CalibrationStore } from './calibration-store';
import { ofThisRouter } from './of-this-router';

/** How long a process may go by a calibration that another has replaced. */
const FRESH_MS = 5_000;

/**
 * The calibration in force, at hand for every decision: read from the store now and then, in the background. Where the store does not answer,
 * the last one known holds.
 */
export class CalibrationInForce {
  private known: Calibration | undefined;
  private reading: Promise<void> | undefined;
  private readAtMs = -Infinity;

  constructor(private readonly store: CalibrationStore, private readonly clock: Clock, private readonly log: Logger) {}

  /** Waits for the store at the first time only. */
  async current(): Promise<Calibration | undefined> {
    if (this.clock.nowMs() - this.readAtMs < FRESH_MS) return this.known;
    const isFirst = this.readAtMs === -Infinity;
    this.reading ??= this.read().finally(() => (this.reading = undefined));
    if (isFirst) await this.reading;
    return this.known;
  }

  /** After a change by this very process. */
  async read(): Promise<void> {
    try {
      this.known = ofThisRouter(await this.store.read()).calibration;
    } catch (error) {
      this.log.warn('The calibration of the team could not be read; the one known before holds.', { reason: errorFacts(error).message });
    }
    this.readAtMs = this.clock.nowMs();
  }
}
