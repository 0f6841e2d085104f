import { promptFeatures } from './complexity-model/features';
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
  const question = request.messages.findLast((message) => message.role === 'user')?.text ?? '';
  const { complexity, need } = judge(promptFeatures(question), FITTED_MODEL);
  return { complexity: round(complexity), confidence: round(complexity >= 0.5 ? need : 1 - need) };
}

function round(value: number): number {
  return Math.round(value * 1_000) / 1_000;
}
