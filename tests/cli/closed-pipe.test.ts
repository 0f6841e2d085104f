import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { repositoryDir } from '../../scripts/n8n-host/place';

it('ends quietly when nobody reads any more what it writes', async () => {
  const child = spawn(process.execPath, ['--import', 'tsx', 'cli/main.ts', '--help'], { cwd: repositoryDir, stdio: ['ignore', 'pipe', 'pipe'] });
  // As "| head" does, before the first line.
  child.stdout.destroy();
  let said = '';
  child.stderr.on('data', (chunk) => (said += String(chunk)));
  expect([await once(child, 'close'), said]).toEqual([[0, null], '']);
}, 30_000);
