import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { uptime } from 'node:os';
import { join } from 'node:path';
import { AlreadyRunningError } from '../../scripts/n8n-host/errors';
import { readRunning } from '../../cli';
import { assertNotRunning, claimDataFolder, noteRunning, releaseDataFolder } from '../../scripts/start/running';
import { temporaryFolder } from '../support/temporary-folder';

const URL = 'http://127.0.0.1:5678';
/** Alive as long as these tests. */
const SOMEBODY = process.ppid;
const SINCE = { startedAtMs: Date.now() };
const nobody = () => spawnSync(process.execPath, ['-e', '']).pid;

function markedBy(content: unknown): string {
  const dataDir = temporaryFolder();
  writeFileSync(join(dataDir, 'running.json'), typeof content === 'string' ? content : JSON.stringify(content));
  return dataDir;
}

describe('a data folder', () => {
  it('that somebody uses is refused, with the address and the process', () => {
    const dataDir = markedBy({ url: URL, pid: SOMEBODY, ...SINCE });
    expect(() => claimDataFolder(dataDir, 'http://127.0.0.1:9')).toThrow(AlreadyRunningError);
    expect(() => assertNotRunning(dataDir)).toThrow(`${URL} (process ${SOMEBODY})`);
    expect(readRunning(dataDir)).toMatchObject({ url: URL, pid: SOMEBODY, ...SINCE });
  });

  it('is still in use when only n8n itself is left', () => {
    expect(readRunning(markedBy({ url: URL, pid: nobody(), n8nPid: SOMEBODY, ...SINCE }))).toBeDefined();
  });

  it.each([
    ['a process that is gone', () => JSON.stringify({ url: URL, pid: nobody(), n8nPid: nobody(), ...SINCE })],
    ['a file that was cut', () => '{"url":"http'],
  ])('is free after %s', (_, content) => {
    const dataDir = markedBy(content());
    expect(readRunning(dataDir)).toBeUndefined();
    claimDataFolder(dataDir, URL);
    expect(readRunning(dataDir)?.pid).toBe(process.pid);
  });

  it('is free after the machine was started again, whoever has the number now', () => {
    const dataDir = markedBy({ url: URL, pid: SOMEBODY, ...SINCE });
    const beforeBootS = Date.now() / 1000 - uptime() - 60;
    utimesSync(join(dataDir, 'running.json'), beforeBootS, beforeBootS);
    expect(readRunning(dataDir)).toBeUndefined();
  });

  it('is ours until we release it; what another one wrote stays', () => {
    const dataDir = temporaryFolder();
    claimDataFolder(dataDir, URL);
    noteRunning(dataDir, { n8nPid: SOMEBODY });
    expect(JSON.parse(readFileSync(join(dataDir, 'running.json'), 'utf8'))).toEqual({ url: URL, pid: process.pid, n8nPid: SOMEBODY, startedAtMs: expect.any(Number) });
    releaseDataFolder(dataDir);
    expect(existsSync(join(dataDir, 'running.json'))).toBe(false);
    const other = markedBy({ url: URL, pid: SOMEBODY, ...SINCE });
    releaseDataFolder(other);
    expect(existsSync(join(other, 'running.json'))).toBe(true);
  });
});
