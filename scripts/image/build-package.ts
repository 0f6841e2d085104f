// The package as n8n's "Install community node" would leave it, in the folder named by the argument: what the image carries.
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { installPackage, packageContentHash, packPackage } from '../n8n-host/install-package';

const [target] = process.argv.slice(2);
void build(target ?? 'n8n-nodes-aios');

async function build(target: string): Promise<void> {
  const work = mkdtempSync(join(tmpdir(), 'aios-image-'));
  await installPackage(await packPackage(join(work, 'packed')), work);
  const installed = join(work, '.n8n', 'nodes', 'node_modules', 'n8n-nodes-aios');
  writeFileSync(join(installed, '.content'), packageContentHash(installed));
  rmSync(target, { recursive: true, force: true });
  cpSync(installed, target, { recursive: true });
  rmSync(work, { recursive: true, force: true });
}
