import { mayLeaveMachine } from '../privacy';
import { SecretMemoryError } from './errors';
import type { MemoryFilter, NewMemory } from './memory-store';

/** Where the store's server is. */
export interface ServerPlace {
  /** On the user's own machine or network: secret items may be there. */
  local: boolean;
  /** As it may be shown. */
  address: string;
}

/** @throws {SecretMemoryError} before anything is sent */
export function assertMayBeSent(memories: readonly NewMemory[], { local, address }: ServerPlace): void {
  if (!local && memories.some(({ item }) => !mayLeaveMachine(item.privacy))) throw new SecretMemoryError('One of the memories is', address);
}

/** Who may read what is secret may ask secret things. @throws {SecretMemoryError} before anything is sent */
export function assertMayBeAsked({ privacy }: MemoryFilter, { local, address }: ServerPlace): void {
  if (!local && (!privacy || privacy.some((label) => !mayLeaveMachine(label)))) throw new SecretMemoryError('What is looked for may be', address);
}
