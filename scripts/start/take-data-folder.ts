import { mkdirSync } from 'node:fs';
import { assertPortFree, freePort } from '../n8n-host/ports';
import type { StartOptions } from './arguments';
import { assertNotRunning, claimDataFolder, releaseDataFolder } from './running';
import type { StartScript } from './start-script';

/**
 * Makes the data folder ours until the script ends, and finds the port.
 * First of all, before anything is built or downloaded: nobody should wait for a download to learn that it was in vain.
 *
 * @throws {AlreadyRunningError | PortTakenError} having written nothing
 */
export async function takeDataFolder(script: StartScript, { port: wanted, dataDir }: StartOptions): Promise<{ port: number; url: string }> {
  assertNotRunning(dataDir);
  const port = wanted === 0 ? await freePort() : wanted;
  await assertPortFree(port);
  const url = `http://127.0.0.1:${port}`;
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  claimDataFolder(dataDir, url);
  script.onStop(() => releaseDataFolder(dataDir));
  return { port, url };
}
