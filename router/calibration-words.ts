import type { CalibrationReport, Foresight } from './calibration/calibrate';
import type { Finding } from './calibrator';
import type { OutcomeCounts } from './outcomes-to-learn-from';

/** What a step of Calibrate came to, in words for whoever runs the team. */
export function calibrationInWords({ status, report, kept }: Finding, counts: OutcomeCounts): string {
  const inForce = kept.calibration ? `the calibration on ${kept.calibration.outcomes} outcomes stays in force` : 'the shipped judgement of complexity stays in force';
  if (status === 'nothingToUndo') return 'Nothing to undo: no calibration is in force.';
  if (status === 'undone') return kept.calibration ? `Undone: the calibration before it, on ${kept.calibration.outcomes} outcomes, is in force again.` : 'Undone: the shipped judgement of complexity is in force again.';
  if (report?.status === 'tooFew') return `${tooFew(report, counts)} Nothing was changed: ${inForce}.`;
  if (!report) return '';
  const figures = `${counted(counts)} ${compared(report)}`;
  if (status === 'noBetter') return `${figures} That is not clearly better, so nothing was changed: ${inForce}.`;
  if (status === 'better') return `${figures} That is clearly better. Nothing was changed; choose "Fit and Apply When Better" to use it.`;
  return `${figures} That is clearly better and in force now, in every process of the team within seconds. "Undo" takes it back.`;
}

type TooFew = Extract<CalibrationReport, { status: 'tooFew' }>;
type Compared = Exclude<CalibrationReport, TooFew>;

function tooFew({ outcomes, needed, ofEachClass, neededOfEachClass }: TooFew, counts: OutcomeCounts): string {
  const missing = Math.max(0, needed - outcomes);
  if (missing > 0) return `Too few outcomes to learn from: ${outcomes} of ${needed}. ${missing} more are needed; each task that QA judges adds some.`;
  const [scarce, others] = ofEachClass.small < ofEachClass.large ? ['small', 'large'] : ['large', 'small'];
  return `${counted(counts)} To compare, at least ${neededOfEachClass} of each are needed, and of ${scarce} models there are ${ofEachClass[scarce as 'small' | 'large']}. Let some tasks be done by ${scarce} models instead of ${others} ones, for instance by another model preference.`;
}

function counted({ outcomes, small, large }: OutcomeCounts): string {
  return `${outcomes} outcomes: ${small.outcomes} of small models (${percent(small.ok, small.outcomes)} good), ${large.outcomes} of large ones (${percent(large.ok, large.outcomes)} good).`;
}

/** The share alone may stay the same while the judgement becomes much surer, so both are told. */
function compared({ before, after }: Compared): string {
  return `Of outcomes it had not learnt from, the shipped judgement foresaw ${foreseen(before)} and the calibrated one ${foreseen(after)}; the mean surprise went from ${before.loss.toFixed(2)} to ${after.loss.toFixed(2)} (0 is none, 0.69 a coin).`;
}

function foreseen({ foreseen: share }: Foresight): string {
  return `${(share * 100).toFixed(1)} %`;
}

function percent(part: number, whole: number): string {
  return whole === 0 ? '–' : `${Math.round((100 * part) / whole)} %`;
}
