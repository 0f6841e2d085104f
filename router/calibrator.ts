import type { Logger } from '../kernel';
import { calibrate, undone, type Calibration, type CalibrationReport, type Foresight } from './calibration/calibrate';
import type { CallOutcome } from './calibration/outcomes';
import type { CalibrationInForce } from './calibration-in-force';
import type { CalibrationStore, KeptCalibration } from './calibration-store';
import { calibrationInWords } from './calibration-words';
import { CalibrationChangedError } from './errors';
import type { JudgedCall } from './outcome-log';
import { ofThisRouter } from './of-this-router';
import type { OutcomeNotes } from './outcome-notes';
import { countOutcomes, outcomesToLearnFrom, type OutcomeCounts } from './outcomes-to-learn-from';

/** `fit` shows what could be learnt; `apply` puts it in force when it is better; `undo` brings back what was in force before. */
export type CalibrationStep = 'fit' | 'apply' | 'undo';

export interface CalibrationAnswer extends OutcomeCounts {
  status: 'tooFew' | 'noBetter' | 'better' | 'applied' | 'undone' | 'nothingToUndo';
  /** What happened and what to do, for a person. */
  message: string;
  /** How well outcomes were foreseen that were not learnt from: by the shipped model, and with what was learnt. */
  before?: ForesightInFigures;
  after?: ForesightInFigures;
  /** What decides from now on; `null`: the shipped model alone. */
  inForce: CalibrationFacts | null;
}

export interface ForesightInFigures {
  /** Of all outcomes. */
  foreseenPercent: number;
  /** How far off the probabilities were, in the mean: 0 is none, 0.69 a coin. */
  surprise: number;
}

export interface CalibrationFacts {
  /** Learnt from so many outcomes. */
  outcomes: number;
  sinceMs: number;
}

export interface Calibrator {
  /** @throws {CalibrationChangedError} when another process changed it meanwhile; nothing has changed then */
  take(step: CalibrationStep): Promise<CalibrationAnswer>;
}

export interface CalibratorDeps {
  outcomes: Pick<OutcomeNotes, 'judged'>;
  store: CalibrationStore;
  /** Of this process; others look by themselves within seconds. */
  current: CalibrationInForce;
  log: Logger;
}

/** Learns from the team's outcomes when it is told to. */
export function createCalibrator({ outcomes, store, current, log }: CalibratorDeps): Calibrator {
  const read = async () => ofThisRouter(await store.read());

  const change = async ({ version }: KeptCalibration, calibration: Calibration | undefined): Promise<KeptCalibration> => {
    if (!(await store.replace(version, calibration))) throw new CalibrationChangedError();
    await current.read();
    return await read();
  };

  const undo = async (kept: KeptCalibration): Promise<Finding> => {
    if (!kept.calibration) return { status: 'nothingToUndo', kept };
    return { status: 'undone', kept: await change(kept, undone(kept.calibration)) };
  };

  const learn = async (kept: KeptCalibration, learnt: readonly CallOutcome[], step: 'fit' | 'apply'): Promise<Finding> => {
    const report = await calibrate(learnt, kept.calibration);
    if (report.status !== 'better' || step === 'fit') return { status: report.status, report, kept };
    return { status: 'applied', report, kept: await change(kept, report.calibration) };
  };

  return {
    async take(step) {
      const [kept, judged] = await Promise.all([read(), outcomes.judged({})]);
      const calls = outcomesToLearnFrom(judged);
      const finding = step === 'undo' ? await undo(kept) : await learn(kept, calls.map(toOutcome), step);
      const answer = toAnswer(finding, countOutcomes(calls));
      log.info('Calibrate', { step, status: answer.status, outcomes: answer.outcomes });
      return answer;
    },
  };
}

/** What decides in a team now. `null`: the shipped model alone. */
export async function calibrationFacts(store: CalibrationStore): Promise<CalibrationFacts | null> {
  return factsOf(ofThisRouter(await store.read()));
}

/** What a step came to. */
export interface Finding {
  status: CalibrationAnswer['status'];
  /** Absent when nothing was learnt. */
  report?: CalibrationReport;
  /** After the step. */
  kept: KeptCalibration;
}

function toOutcome({ signature, prior, modelClass, verdict }: JudgedCall): CallOutcome {
  return { signature, prior, modelClass, ok: verdict.ok };
}

function factsOf({ calibration, sinceMs }: KeptCalibration): CalibrationFacts | null {
  return calibration ? { outcomes: calibration.outcomes, sinceMs } : null;
}

function toAnswer(finding: Finding, counts: OutcomeCounts): CalibrationAnswer {
  const { status, report, kept } = finding;
  const foresights = report && report.status !== 'tooFew' ? { before: figuresOf(report.before), after: figuresOf(report.after) } : {};
  return { status, message: calibrationInWords(finding, counts), ...counts, ...foresights, inForce: factsOf(kept) };
}

function figuresOf({ foreseen, loss }: Foresight): ForesightInFigures {
  return { foreseenPercent: Math.round(foreseen * 1_000) / 10, surprise: Math.round(loss * 1_000) / 1_000 };
}
