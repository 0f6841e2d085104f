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

/** The store's server cannot be reached or cannot serve now. Nothing of the call was done, or doing it again changes nothing. */
export class MemoryDownError extends AiosError {
  readonly code = 'MEMORY_DOWN';
  readonly kind = 'temporary';
  constructor(address: string, reason: string, cause?: unknown) {
    super(`The team's Qdrant at ${address} cannot be used: ${reason}.`, { hint: 'Start Qdrant or correct the "Qdrant URL" in the credential, then try again. What was remembered before is kept there.', cause });
  }
}

/** The store's server does not let us in, or does not do what we ask. */
export class MemoryRefusedError extends AiosError {
  readonly code = 'MEMORY_REFUSED';
  readonly kind = 'user';
}

/** A secret text was to go to a store that is not on the user's own machine or network. Nothing was sent. */
export class SecretMemoryError extends AiosError {
  readonly code = 'MEMORY_SECRET';
  readonly kind = 'user';
  constructor(what: string, address: string) {
    super(`${what} secret, and the Qdrant at ${address} is not on this machine or its network. Nothing was sent there.`, {
      hint: 'Run Qdrant on your own machine or network, or leave "Qdrant URL" empty: the memory is then kept in the data folder. To recall what is not secret, look no further than "internal".',
    });
  }
}

/** The embedding model gave something that is no embedding. */
export class EmbeddingFaultError extends AiosError {
  readonly code = 'MEMORY_EMBEDDING_FAULT';
  readonly kind = 'temporary';
  constructor(model: string, fault: string) {
    super(`The embedding model "${model}" gave ${fault}.`, { hint: 'Try again; if it comes again, take another embedding model. Until then the memory finds by words alone.' });
  }
}

/** The embedding model gave no answer. */
export class EmbeddingDownError extends AiosError {
  readonly code = 'MEMORY_EMBEDDING_DOWN';
  readonly kind = 'temporary';
  constructor(model: string, reason: string, cause?: unknown) {
    super(`The embedding model "${model}" did not answer: ${reason}.`, { hint: 'Start its service again. Until then the memory finds by words alone; vectors that are missing are made later.', cause });
  }
}

/** Too much waits for the store's server; what came last was not taken. */
export class OutboxFullError extends AiosError {
  readonly code = 'MEMORY_OUTBOX_FULL';
  readonly kind = 'temporary';
  constructor(waiting: number, limit: number) {
    super(`The team's Qdrant is down, and ${waiting.toLocaleString('en')} memories wait for it; at most ${limit.toLocaleString('en')} may. This one was not remembered.`, { hint: 'Start Qdrant again; what waits is then sent by itself.' });
  }
}
