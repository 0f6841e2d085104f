import { z } from 'zod';
import { InvalidInputError } from '../kernel';
import { CONTROL_KINDS, type ControlScope } from './controls';

export const CONTROL_ACTIONS = ['pause', 'resume', 'stop'] as const;

/** What a person wants done, to what. */
export interface ControlRequest {
  action: (typeof CONTROL_ACTIONS)[number];
  scope: ControlScope;
}

const MAX_NAME_CHARACTERS = 100;
const name = z.string({ error: 'must be a text' }).trim().min(1, 'is empty').max(MAX_NAME_CHARACTERS, `is longer than ${MAX_NAME_CHARACTERS} characters`);
const requestSchema = z.strictObject({
  action: z.enum(CONTROL_ACTIONS, { error: `must be one of ${CONTROL_ACTIONS.join(', ')}` }),
  all: z.literal(true, { error: 'must be true, or left out' }).optional(),
  run: name.optional(),
  role: name.optional(),
  project: name.optional(),
});

/**
 * Reads a request to pause, resume or stop, as a program sent it.
 *
 * @param body parsed JSON, of any shape
 * @throws {InvalidInputError}
 */
export function readControl(body: unknown): ControlRequest {
  const parsed = requestSchema.safeParse(body);
  if (!parsed.success) throw invalid(parsed.error.issues.map(({ path, message }) => (path.length === 0 ? message : `"${path.join('.')}" ${message}`)).join('; '));
  const { action } = parsed.data;
  const scopes = CONTROL_KINDS.flatMap((kind): ControlScope[] => {
    const named = parsed.data[kind];
    if (named === undefined) return [];
    return [kind === 'all' ? { kind } : { kind, name: String(named) }];
  });
  if (scopes.length !== 1) throw invalid(scopes.length === 0 ? `It does not say what to ${action}` : `It names ${scopes.length} things to ${action}`);
  return { action, scope: scopes[0]! };
}

function invalid(problem: string): InvalidInputError {
  return new InvalidInputError(`${problem}.`, { hint: 'Send one of {"run": "<id>"}, {"role": "frontend"}, {"project": "shop"} and {"all": true}, with "action" pause, resume or stop.' });
}
