import type { Complexity } from './complexity';
import type { ModelRequest } from './request';

/** How likely the side of one half must be right to be trusted: below it lie complexities of about 0.35 to 0.65. */
const TRUSTED_CONFIDENCE = 0.65;
/** On every preset that looks at complexity, a request this hard goes to the stronger of a small local and a cloud model. */
const HARD = 0.75;

/** Is nobody sure on which side a request stands whose author wants a stronger model then? */
export function isDoubtful({ confidence }: Complexity, { facts }: Pick<ModelRequest, 'facts'>): boolean {
  return facts.strongerWhenUnsure === true && confidence < TRUSTED_CONFIDENCE;
}

/** The complexity models are chosen by. */
export function complexityToMeet(estimate: Complexity, request: Pick<ModelRequest, 'facts'>): number {
  return isDoubtful(estimate, request) ? Math.max(estimate.complexity, HARD) : estimate.complexity;
}
