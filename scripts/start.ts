import { join } from 'node:path';
import { HostEndedError } from './n8n-host/errors';
import { ensureHost } from './n8n-host/install';
import { installPackageIfChanged } from './n8n-host/install-package';
import { launchN8n } from './n8n-host/launch';
import { parseStartArguments, START_USAGE } from './start/arguments';
import { buildIfStale } from './start/build';
import { furnish } from './start/furnish';
import { noteRunning } from './start/running';
import { runStartScript, say } from './start/start-script';
import { takeDataFolder } from './start/take-data-folder';

runStartScript(async (script) => {
  const options = parseStartArguments(process.argv.slice(2));
  if (options.help) return void process.stdout.write(START_USAGE);
  const { dataDir, rehearsal } = options;
  const { port, url } = await takeDataFolder(script, options);
  await buildIfStale(say);
  const hostDir = await ensureHost(say);
  if (await installPackageIfChanged(dataDir, join(dataDir, '.package'))) say('The nodes are installed in n8n.');
  say('Starting n8n…');
  const n8n = await launchN8n({ hostDir, userFolder: dataDir, port, environment: rehearsal ? { AIOS_REHEARSAL: 'true' } : {} });
  script.onStop(() => n8n.stop());
  noteRunning(dataDir, { n8nPid: n8n.processId });
  await n8n.ready;
  await furnish(url, options);
  const exitCode = await n8n.ended;
  if (!script.isStopping) throw new HostEndedError(exitCode, join(dataDir, 'n8n.log'));
});
