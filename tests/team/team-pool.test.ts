import { TeamPool, type OpenTeam } from '../../team/team-pool';
import type { Team } from '../../team';
import { fakeClock } from '../support/fake-clock';

function countingTeam() {
  const seen = { opened: 0, closed: 0 };
  const open = async (): Promise<OpenTeam> => {
    seen.opened += 1;
    return { team: { name: 'default' } as Team, close: async () => void (seen.closed += 1) };
  };
  return { seen, open };
}
const settled = () => new Promise((resolve) => setImmediate(resolve));

describe('the pool of open teams', () => {
  it('opens a team once for many users at the same time', async () => {
    const pool = new TeamPool(fakeClock());
    const { seen, open } = countingTeam();
    const handles = await Promise.all([1, 2, 3].map(() => pool.borrow('a', open)));
    expect(seen.opened).toBe(1);
    expect(new Set(handles.map((handle) => handle.team)).size).toBe(1);
  });

  it('closes a team ten minutes after its last user left, not before', async () => {
    const clock = fakeClock();
    const pool = new TeamPool(clock);
    const { seen, open } = countingTeam();
    const first = await pool.borrow('a', open);
    first.release();
    await clock.advance(9 * 60_000);
    const second = await pool.borrow('a', open);
    await clock.advance(60 * 60_000);
    await settled();
    expect(seen.closed).toBe(0);
    second.release();
    second.release();
    await clock.advance(10 * 60_000 + 1);
    await settled();
    expect(seen).toEqual({ opened: 1, closed: 1 });
  });

  it('lets a retired pool finish its users and then closes', async () => {
    const pool = new TeamPool(fakeClock());
    const { seen, open } = countingTeam();
    const handle = await pool.borrow('a', open);
    pool.retire();
    await settled();
    expect(seen.closed).toBe(0);
    handle.release();
    await settled();
    expect(seen.closed).toBe(1);
  });

  it('closes the oldest idle team when too many are open', async () => {
    const pool = new TeamPool(fakeClock());
    const oldest = countingTeam();
    (await pool.borrow('oldest', oldest.open)).release();
    for (let index = 0; index < 20; index += 1) (await pool.borrow(`team-${index}`, countingTeam().open)).release();
    await settled();
    expect(oldest.seen.closed).toBe(1);
  });

  it('forgets a team that failed to open, so that the next try can succeed', async () => {
    const pool = new TeamPool(fakeClock());
    const { open } = countingTeam();
    await expect(pool.borrow('a', async () => Promise.reject(new TypeError('no disk')))).rejects.toThrow('no disk');
    await expect(pool.borrow('a', open)).resolves.toBeDefined();
  });
});
