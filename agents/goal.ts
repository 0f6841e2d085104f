import { InvalidInputError } from '../kernel';
import { MAX_GOAL_CHARACTERS } from '../runs';

/** A goal done without a plan is the instructions of its only task, which the plan contract limits. Characters. */
export const MAX_LONE_GOAL_CHARACTERS = 8_000;

/** @throws {InvalidInputError} when there is no goal or it is too long */
export function checkedGoal(goal: string | undefined, maxCharacters = MAX_GOAL_CHARACTERS): string {
  const text = goal?.trim() ?? '';
  if (text === '') throw new InvalidInputError('The goal is empty.', { hint: 'Say in one or two sentences what the team should deliver.' });
  if (text.length <= maxCharacters) return text;
  throw new InvalidInputError(`The goal has ${text.length} characters; the limit is ${maxCharacters}.`, { hint: 'Shorten it to what should be delivered, and give long material to the tasks as files.' });
}
