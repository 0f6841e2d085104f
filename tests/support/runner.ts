import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRunner } from '../../runner/server';

export interface TestRunner {
  url: string;
  token: string;
  close(): Promise<void>;
}

/** The runner's service in this process, behind a socket as in its container; jobs run with this machine's programs. */
export async function startRunner(places = 2): Promise<TestRunner> {
  const folder = mkdtempSync(join(tmpdir(), 'aios-runner-'));
  const token = 'a token for the tests';
  const server = createRunner({ token, places });
  const socket = join(folder, 'runner.sock');
  await new Promise<void>((resolve) => server.listen(socket, resolve));
  return {
    url: `unix:${socket}`,
    token,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
