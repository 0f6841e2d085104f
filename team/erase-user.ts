import { InvalidInputError } from '../kernel';
import { ForgetCountError, spelled, type MemoryStore, type SessionStore } from '../memory';
import type { EventLog, RunStore } from '../runs';

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
  events: EventLog;
}

/** Erases a user from all stores that name users. The ledger names none: it counts calls by model, role, workflow, project and run. */
export function createErasure({ memory, sessions, runs, events }: ErasureDeps): Erasure {
  const count = async (given: string): Promise<TracesOfUser> => {
    const user = checkedUser(given);
    const [byUser, forUser, both, sessionCount, runCount] = await Promise.all([memory.count({ user }), memory.count({ scopes: [{ level: 'user', of: user }] }), memory.count({ user, scopes: [{ level: 'user', of: user }] }), sessions.countOfUser(user), runsOf(given)]);
    return { memories: byUser + forUser - both, sessions: sessionCount, runs: runCount };
  };
  const runsOf = async (given: string): Promise<number> => {
    const inEvents = await Promise.all(spellings(given).map(async (name) => await events.countOfPerson(name)));
    // Events named submitters once; the same runs, then.
    return Math.max(await runs.countOfPerson(checkedUser(given)), inEvents.reduce((sum, found) => sum + found, 0));
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
      for (const name of spellings(given)) await events.forgetPerson(name);
      return found;
    },
  };
}

function checkedUser(user: string): string {
  const name = spelled(user);
  if (name === '') throw new InvalidInputError('No user is named who should be erased.', { hint: 'Give the name or the ID under which things were remembered.' });
  return name;
}

/** Events name whoever submitted as he was named; an accent may be written in two ways. */
function spellings(user: string): string[] {
  const name = checkedUser(user);
  return [...new Set([name, name.normalize('NFD'), user.trim()])];
}
