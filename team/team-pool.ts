import type { Clock } from '../kernel';
import type { Team, TeamHandle } from './team';

/** A wired team and what ends it. */
export interface OpenTeam {
  team: Team;
  close(): Promise<void>;
}

interface PooledTeam {
  opening: Promise<OpenTeam>;
  users: number;
  cancelIdleClose: () => void;
}

const MAX_OPEN_TEAMS = 20;
const IDLE_CLOSE_MS = 10 * 60_000;

/** Keeps teams open between executions: one per configuration, closed when idle for ten minutes or pushed out by newer ones. */
export class TeamPool {
  private readonly pooled = new Map<string, PooledTeam>();
  private isRetired = false;

  constructor(private readonly clock: Clock) {}

  async borrow(key: string, open: () => Promise<OpenTeam>): Promise<TeamHandle> {
    const entry = this.pooled.get(key) ?? this.add(key, open);
    entry.cancelIdleClose();
    entry.users += 1;
    try {
      const { team } = await entry.opening;
      return { team, release: this.releaser(key, entry) };
    } catch (error) {
      entry.users -= 1;
      if (this.pooled.get(key) === entry) this.pooled.delete(key);
      throw error;
    }
  }

  /** Closes the teams nobody uses now, for a program that wants to end: their connections would keep it alive. */
  async closeIdle(): Promise<void> {
    await Promise.all([...this.pooled].filter(([, { users }]) => users === 0).map(([key, entry]) => this.close(key, entry)));
  }

  /** Closes every team as soon as nobody uses it. Called when n8n has loaded a newer copy of the package. */
  retire(): void {
    this.isRetired = true;
    for (const [key, entry] of this.pooled) if (entry.users === 0) void this.close(key, entry);
  }

  private add(key: string, open: () => Promise<OpenTeam>): PooledTeam {
    const entry: PooledTeam = { opening: open(), users: 0, cancelIdleClose: () => {} };
    this.pooled.set(key, entry);
    this.closeOldestIdle();
    return entry;
  }

  private releaser(key: string, entry: PooledTeam): () => void {
    let isReleased = false;
    return () => {
      if (isReleased) return;
      isReleased = true;
      entry.users -= 1;
      if (entry.users > 0) return;
      if (this.isRetired) void this.close(key, entry);
      else entry.cancelIdleClose = this.clock.after(IDLE_CLOSE_MS, () => void this.close(key, entry));
    };
  }

  private closeOldestIdle(): void {
    for (const [key, entry] of this.pooled) {
      if (this.pooled.size <= MAX_OPEN_TEAMS) return;
      if (entry.users === 0) void this.close(key, entry);
    }
  }

  private async close(key: string, entry: PooledTeam): Promise<void> {
    entry.cancelIdleClose();
    if (this.pooled.get(key) === entry) this.pooled.delete(key);
    // A team that never opened has nothing to close; its error went to whoever asked for it.
    await entry.opening.then((open) => open.close(), () => {});
  }
}
