import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isStale, withInstallLock } from '../../scripts/n8n-host/install-lock';

let directory: string;
beforeEach(() => (directory = mkdtempSync(join(tmpdir(), 'aios-lock-'))));
afterEach(() => rmSync(directory, { recursive: true, force: true }));

describe('the install lock', () => {
  it('lets one work at a time, in turn, and reports the wait', async () => {
    const lock = join(directory, 'lock');
    const events: string[] = [];
    const work = (name: string) =>
      withInstallLock(lock, async () => {
        events.push(`${name} begins`);
        await new Promise((resolve) => setImmediate(resolve));
        events.push(`${name} ends`);
      }, () => events.push(`${name} waits`));
    await Promise.all([work('first'), work('second')]);
    expect(events).toEqual(['first begins', 'second waits', 'first ends', 'second begins', 'second ends']);
  });

  it('takes over a lock whose holder has died', async () => {
    const lock = join(directory, 'lock');
    mkdirSync(lock);
    // No system gives out this number.
    writeFileSync(join(lock, 'holder'), '4194999');
    expect(await withInstallLock(lock, async () => 'done', () => {})).toBe('done');
  });

  it('believes a living holder until its heartbeat stops', () => {
    const lock = join(directory, 'lock');
    mkdirSync(lock);
    writeFileSync(join(lock, 'holder'), String(process.pid));
    expect(isStale(lock)).toBe(false);
    expect(isStale(lock, Date.now() + 60_000)).toBe(true);
    expect(isStale(join(directory, 'absent'))).toBe(false);
  });

  it('is free again after work that failed', async () => {
    const lock = join(directory, 'lock');
    await expect(withInstallLock(lock, async () => Promise.reject(new RangeError('no')), () => {})).rejects.toThrow(RangeError);
    expect(await withInstallLock(lock, async () => 'done', () => {})).toBe('done');
  });
});
