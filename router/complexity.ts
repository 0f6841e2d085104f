import { calibratedComplexity, type Calibration } from './calibration/calibrate';
import type { CallOutcome } from './calibration/outcomes';
import { promptSignature } from './calibration/signature';
import { promptFeatures, type PromptFeatures } from './complexity-model/features';
import { FITTED_MODEL, judge } from './complexity-model/model';
import type { ModelRequest } from './request';

export interface Complexity {
  /** 0 (trivial) .. 1 (hardest); from one half on, a stronger model than an 8B is worth its price. */
  complexity: number;
  /** 0..1: how likely the side of one half is right, as measured on prompts the model had not seen. */
  confidence: number;
}

/** How hard a request is, by the last user message: fitted to public outcomes of weak and strong models and to labelled requests; no network, no clock. */
export function estimateComplexity(request: Pick<ModelRequest, 'messages'>): Complexity {
  return shippedComplexity(featuresOf(request));
}

/** What of a prompt is kept to learn from. */
export type PromptToLearnFrom = Pick<CallOutcome, 'signature' | 'prior'>;

export interface LearningComplexity extends Complexity {
  /** The team's own outcomes have decided. */
  calibrated?: true;
  prompt: PromptToLearnFrom;
}

/** As `estimateComplexity`, corrected by what the team's outcomes taught where there is such a thing. The prior is the shipped model's in any case. */
export function learningComplexity(request: Pick<ModelRequest, 'messages'>, calibration: Calibration | undefined): LearningComplexity {
  const features = featuresOf(request);
  const shipped = shippedComplexity(features);
  const prompt = { signature: promptSignature(features), prior: shipped.complexity };
  if (!calibration) return { ...shipped, prompt };
  const taught = round(calibratedComplexity(calibration, prompt));
  // Outcomes teach on which side of one half a prompt lies. How easy an easy one is, for the choice among small models, the prior knows better.
  const complexity = taught < 0.5 ? Math.min(taught, shipped.complexity) : taught;
  // One half and by how much the expected gain is more than worth its price: the farther from it, the surer.
  return { complexity, confidence: round(0.5 + Math.abs(taught - 0.5)), calibrated: true, prompt };
}

function featuresOf({ messages }: Pick<ModelRequest, 'messages'>): PromptFeatures {
  return promptFeatures(messages.findLast((message) => message.role === 'user')?.text ?? '');
}

function shippedComplexity(features: PromptFeatures): Complexity {
  const { complexity, need } = judge(features, FITTED_MODEL);
  return { complexity: round(complexity), confidence: round(complexity >= 0.5 ? need : 1 - need) };
}

function round(value: number): number {
  return Math.round(value * 1_000) / 1_000;
}
