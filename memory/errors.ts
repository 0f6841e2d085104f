import { AiosError } from '../kernel';

/** A model's vectors have another length than those kept of it. */
export class DimensionMismatchError extends AiosError {
  readonly code = 'MEMORY_DIMENSION_MISMATCH';
  readonly kind = 'user';
  constructor(model: string, got: number, kept: number) {
    super(`The embedding model "${model}" gave ${got} numbers; the memory keeps ${kept} for each text of this model.`, {
      hint: 'Use the model the memory was filled with, or give the other one a name of its own (a tag, for instance); its items are then embedded apart.',
    });
  }
}

/** The text is too long for one item. */
export class MemoryTooLongError extends AiosError {
  readonly code = 'MEMORY_TOO_LONG';
  readonly kind = 'user';
  constructor(characters: number, limit: number) {
    super(`The text has ${characters.toLocaleString('en')} characters; one memory holds at most ${limit.toLocaleString('en')}.`, { hint: "Split it first, for instance with n8n's text splitters, and remember the parts." });
  }
}

/** The filter takes another number of items than its author has seen. */
export class ForgetCountError extends AiosError {
  readonly code = 'MEMORY_FORGET_COUNT';
  readonly kind = 'user';
  constructor(readonly found: number, expected: number) {
    super(`The filter would forget ${found} ${found === 1 ? 'memory' : 'memories'}, not ${expected}. Nothing was forgotten.`, { hint: `Look at what it finds; if all of it shall go, give ${found} as the expected number.` });
  }
}
