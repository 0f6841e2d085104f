import type { Calibration } from './calibration/calibrate';
import type { SuccessModel } from './calibration/success-model';
import type { KeptCalibration } from './calibration-store';
import { promptSignature, type PromptSignature } from './calibration/signature';
import { promptFeatures } from './complexity-model/features';

/** Numbers of a signature as this version of the package makes them. */
const SIGNATURE_LENGTH = promptSignature(promptFeatures('')).length;

/** Outcomes noted by a version that saw prompts with other eyes teach this one nothing. */
export function isReadable(signature: PromptSignature): boolean {
  return signature.length === SIGNATURE_LENGTH;
}

/** A calibration made by such a version counts as none, and so does one that is damaged: its coefficients would stand beside the wrong numbers. */
export function ofThisRouter(kept: KeptCalibration): KeptCalibration {
  return isWhole(kept.calibration) ? kept : { ...kept, calibration: undefined };
}

function isWhole(calibration: Partial<Calibration> | undefined): boolean {
  const { means, factors, coefficients, trust } = (calibration?.success ?? {}) as Partial<SuccessModel>;
  // A mean per number of the signature, and one of the prior.
  const count = SIGNATURE_LENGTH + 1;
  return areNumbers(means, count) && areNumbers(factors, count) && areNumbers(coefficients, 2 + 2 * count) && areNumbers([trust], 1);
}

function areNumbers(values: unknown, count: number): boolean {
  return Array.isArray(values) && values.length === count && values.every(Number.isFinite);
}
