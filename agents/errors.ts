import { AiosError, errorFacts } from '../kernel';

export class UnknownRoleError extends AiosError {
  readonly code = 'UNKNOWN_ROLE';
  readonly kind = 'user';
  constructor(role: string, known: readonly string[]) {
    super(`The team has no role ${JSON.stringify(role.slice(0, 60))}.`, { hint: `Choose one of: ${known.join(', ')}.` });
  }
}

/** A text that should become a role is none. */
export class RoleRefusedError extends AiosError {
  readonly code = 'ROLE_REFUSED';
  readonly kind = 'user';
  constructor(name: string, readonly line: number, readonly reason: string) {
    super(`${name}, line ${line}: ${reason}.`, { hint: 'Correct it; "aios roles export custom" prints a template, docs/roles.md explains every field.' });
  }
}

/** The memory connected to the node could not be read or written. */
export class ChatMemoryError extends AiosError {
  readonly code = 'CHAT_MEMORY';
  readonly kind = 'temporary';
  constructor(deed: 'read' | 'written', cause: unknown) {
    super(`The connected memory could not be ${deed}: ${errorFacts(cause).message}`, { hint: 'Look at the memory node connected to "Memory": its service and its session key.', cause });
  }
}

/** A secret conversation has a memory nobody vouches for. */
export class SecretNeedsLocalMemoryError extends AiosError {
  readonly code = 'SECRET_NEEDS_LOCAL_MEMORY';
  readonly kind = 'user';
  constructor() {
    super('The conversation is secret, and nobody has said that the connected memory stays on this machine.', { hint: 'Switch on "Memory Stays on My Own Machine" if it does, or disconnect the memory.' });
  }
}

/** The model answered, and after being told what was wrong still not in the shape that was asked for. */
export class ModelOutputError extends AiosError {
  readonly code = 'MODEL_OUTPUT';
  readonly kind = 'temporary';
  constructor(schemaName: string, readonly model: string, asks: number, problem: string) {
    super(`The model ${model} gave no valid "${schemaName}" answer in ${asks} tries: ${problem.slice(0, 600)}`, {
      hint: 'Try again, or choose a stronger model or the preset "best".',
    });
  }
}

/**
 * Stopped or paused by a person, or the run is in other hands: nothing may be written about the attempt, because it
 * will be made again by whoever goes on.
 */
export function endsWithoutRecord(error: unknown): boolean {
  return ['CANCELLED', 'LEASE_LOST', 'RUN_BUSY', 'RUN_STOPPED', 'RUN_PAUSED'].includes(errorFacts(error).code);
}
