import { contentHash, type JsonObject } from '../kernel';

/** The same calls with the same results so often in a row: the next will bring nothing new. */
export const REPEATS_ALLOWED = 3;
/** Calls that may make up one round of a circle, as "look, write, look, write" does with two. */
const LONGEST_ROUND = 3;

/** Watches what a model does with its tools. */
export interface LoopGuard {
  /** @returns whether the model goes in a circle: the same round of calls, with the same results, {@link REPEATS_ALLOWED} times in a row */
  goesInCircles(call: { name: string; arguments: JsonObject; result: string }): boolean;
}

export function openLoopGuard(): LoopGuard {
  const history: string[] = [];
  return {
    goesInCircles(call) {
      history.push(contentHash([call.name, call.arguments, call.result]));
      return Array.from({ length: LONGEST_ROUND }, (_, index) => index + 1).some((round) => isRepeated(history, round));
    },
  };
}

function isRepeated(history: readonly string[], round: number): boolean {
  const tail = history.slice(-round * REPEATS_ALLOWED);
  return tail.length === round * REPEATS_ALLOWED && tail.every((call, index) => call === tail[index % round]);
}
