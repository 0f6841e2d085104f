import { DevHost } from './dev/dev-host';
import { DevPackage } from './dev/dev-package';
import { followChanges } from './dev/dev-session';
import { sourceChanges } from './dev/watch-sources';
import { ensureHost } from './n8n-host/install';
import { repositoryDir } from './n8n-host/place';
import { parseStartArguments, usage } from './start/arguments';
import { SOURCES } from './start/build';
import { furnish } from './start/furnish';
import { runStartScript, say } from './start/start-script';
import { takeDataFolder } from './start/take-data-folder';

const USAGE = usage('dev', 'As "npm start"; and every change of the sources is built and given to the running n8n.');

runStartScript(async (script) => {
  const options = parseStartArguments(process.argv.slice(2), USAGE);
  if (options.help) return void process.stdout.write(USAGE);
  const { dataDir, rehearsal } = options;
  const { port, url } = await takeDataFolder(script, options);
  const changes = sourceChanges(repositoryDir, [...SOURCES, 'workflows', 'scripts']);
  const devPackage = new DevPackage(dataDir);
  await devPackage.update();
  const n8n = new DevHost({ hostDir: await ensureHost(say), userFolder: dataDir, port, environment: rehearsal ? { AIOS_REHEARSAL: 'true' } : {} });
  script.onStop(() => n8n.stop());
  say('Starting n8n…');
  await n8n.start();
  await furnish(url, options);
  say('Every change of the sources goes to n8n within seconds.');
  await Promise.race([n8n.endedByItself, followChanges({ n8n, devPackage, url, dataDir }, changes)]);
});
