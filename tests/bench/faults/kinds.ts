import type { Fault } from '../../support/model-servers';

/** What a seed decides, each 0..1 where it says nothing else. */
export interface Dice {
  next(): number;
}

export interface FaultKind {
  name: string;
  /** A fault the server plays; otherwise the service cannot even be reached. */
  fault?(dice: Dice): Fault;
  unreachable?: 'dns' | 'refused';
  /** Is the same model asked again, so that a service that is well the next time answers? */
  isRetried: boolean;
  /** May text have been shown before it goes wrong? */
  midStream?: boolean;
}

const status = (code: number, more: Partial<Extract<Fault, { kind: 'status' }>> = {}) => (): Fault => ({ kind: 'status', status: code, ...more });

/** The sixteen ways in which a model service fails; a limited rate with and without a word on how long. */
export const FAULT_KINDS: readonly FaultKind[] = [
  { name: '429 with Retry-After', fault: (dice) => ({ kind: 'status', status: 429, retryAfterS: Math.floor(dice.next() * 20) }), isRetried: true },
  { name: '429 without Retry-After', fault: status(429), isRetried: true },
  { name: '500', fault: status(500), isRetried: true },
  { name: '502', fault: status(502), isRetried: true },
  { name: '503', fault: status(503), isRetried: true },
  { name: '529', fault: status(529), isRetried: true },
  { name: '401', fault: status(401), isRetried: false },
  { name: '400 context overflow', fault: status(400, { code: 'context_length_exceeded', message: 'the prompt is too long' }), isRetried: false },
  { name: 'DNS failure', unreachable: 'dns', isRetried: false },
  { name: 'refused', unreachable: 'refused', isRetried: false },
  { name: 'reset mid-stream', fault: (dice) => ({ kind: 'reset-mid-stream', share: dice.next() }), isRetried: true, midStream: true },
  { name: 'first-token stall', fault: () => ({ kind: 'stall-before-first-token' }), isRetried: false },
  { name: '1 byte/s', fault: () => ({ kind: 'drip', byteEveryMs: 100 }), isRetried: false },
  { name: 'garbled SSE', fault: (dice) => ({ kind: 'garbled', share: dice.next() < 0.5 ? 0 : dice.next() }), isRetried: true, midStream: true },
  { name: 'truncated JSON', fault: (dice) => ({ kind: 'truncated', share: dice.next() }), isRetried: true, midStream: true },
  { name: '200 with an error body', fault: (dice) => ({ kind: 'error-in-200', framed: dice.next() < 0.5 }), isRetried: true },
  { name: 'empty answer', fault: () => ({ kind: 'empty' }), isRetried: true },
];
