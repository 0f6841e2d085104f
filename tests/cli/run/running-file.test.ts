import { existsSync, statSync, writeFileSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { readRunning, removeRunning, writeRunning } from '../../../cli/run/running-file';
import { temporaryFolder } from '../../support/temporary-folder';

const startedAtMs = 1_000_000;
const ready = { token: 't', filesDir: '/files' };
let dataDir: string;
beforeEach(() => {
  dataDir = temporaryFolder();
});

describe('what npm start leaves for others to find it', () => {
  it('is read by its owner alone', () => {
    writeRunning(dataDir, { url: 'http://127.0.0.1:5678', pid: process.pid, startedAtMs, ready });
    expect(readRunning(dataDir)).toEqual({ url: 'http://127.0.0.1:5678', pid: process.pid, startedAtMs, ready });
    expect(statSync(join(dataDir, 'running.json')).mode & 0o777).toBe(0o600);
  });

  it('counts for nothing when its process is gone', () => {
    const { pid } = spawnSync(process.execPath, ['-e', '0']);
    writeRunning(dataDir, { url: 'http://127.0.0.1:5678', pid, startedAtMs, ready });
    expect(readRunning(dataDir)).toBeUndefined();
  });

  it('counts for nothing when the start has not become ready in five minutes: its number may be another process by now', () => {
    writeRunning(dataDir, { url: 'http://127.0.0.1:5678', pid: process.pid, startedAtMs });
    expect(readRunning(dataDir, startedAtMs + 299_000)).toBeDefined();
    expect(readRunning(dataDir, startedAtMs + 301_000)).toBeUndefined();
  });

  it('is not needed, and may be broken', () => {
    expect(readRunning(dataDir)).toBeUndefined();
    writeFileSync(join(dataDir, 'running.json'), '{"url":');
    expect(readRunning(dataDir)).toBeUndefined();
  });

  it('is removed by the start that wrote it, not by another', () => {
    writeRunning(dataDir, { url: 'http://127.0.0.1:5678', pid: process.pid, startedAtMs, ready });
    removeRunning(dataDir, process.pid + 1);
    expect(existsSync(join(dataDir, 'running.json'))).toBe(true);
    removeRunning(dataDir, process.pid);
    expect(existsSync(join(dataDir, 'running.json'))).toBe(false);
  });
});
