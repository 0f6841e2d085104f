import type { KeptCalibration } from './calibration-store';
import { promptSignature, type PromptSignature } from './calibration/signature';
import { promptFeatures } from './complexity-model/features';

/** Numbers of a signature as this version of the package makes them. */
const SIGNATURE_LENGTH = promptSignature(promptFeatures('')).length;

/** Outcomes noted by a version that saw prompts with other eyes teach this one nothing. */
export function isReadable(signature: PromptSignature): boolean {
  return signature.length === SIGNATURE_LENGTH;
}

/** A calibration made by such a version counts as none: its coefficients would stand beside the wrong numbers. */
export function ofThisRouter(kept: KeptCalibration): KeptCalibration {
  // A mean per number of the signature, and one of the prior.
  return kept.calibration?.success.means.length === SIGNATURE_LENGTH + 1 ? kept : { ...kept, calibration: undefined };
}
