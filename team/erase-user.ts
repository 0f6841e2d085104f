import { InvalidInputError } from '../kernel';
import { ForgetCountError, spelled, type MemoryStore, type SessionStore } from '../memory';
import type { RunStore } from '../runs';

/** What is there of a user. */
export interface TracesOfUser {
  /** Memories about, from or for the user. */
  memories: number;
  /** Conversations with the user. */
  sessions: number;
  /** Runs that are over and name the user as who submitted or wanted them; then they name nobody. */
  runs: number;
}

export interface Erasure {
  count(user: string): Promise<TracesOfUser>;
  /**
   * @param expected sum of what `count` said
   * @throws {ForgetCountError} when it is now another number; nothing is erased then
   */
  erase(user: string, expected: number): Promise<TracesOfUser>;
}

export interface ErasureDeps {
  memory: MemoryStore;
  sessions: SessionStore;
  runs: RunStore;
}

/** Erases a user from all stores that name users. The ledger names none: it counts calls by model, role, workflow, project and run; events name no submitter. */
export function createErasure({ memory, sessions, runs }: ErasureDeps): Erasure {
  const count = async (given: string): Promise<TracesOfUser> => {
    const user = checkedUser(given);
    const [byUser, forUser, both, sessionCount, runCount] = await Promise.all([memory.count({ user }), memory.count({ scopes: [{ level: 'user', of: user }] }), memory.count({ user, scopes: [{ level: 'user', of: user }] }), sessions.countOfUser(user), runs.countOfPerson(user)]);
    return { memories: byUser + forUser - both, sessions: sessionCount, runs: runCount };
  };
  return {
    count,
    async erase(given, expected) {
      const user = checkedUser(given);
      const found = await count(user);
      const sum = found.memories + found.sessions + found.runs;
      if (sum !== expected) throw new ForgetCountError(sum, expected);
      await memory.remove({ user });
      await memory.remove({ scopes: [{ level: 'user', of: user }] });
      await sessions.removeOfUser(user);
      await runs.forgetPerson(user);
      return found;
    },
  };
}

function checkedUser(user: string): string {
  const name = spelled(user);
  if (name === '') throw new InvalidInputError('No user is named who should be erased.', { hint: 'Give the name or the ID under which things were remembered.' });
  return name;
}
