import { cpSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { repositoryDir } from '../../scripts/n8n-host/place';
import { trackedFiles } from '../house/tracked-files';

/** A copy of this clone's sources in a temporary folder, for tests that change sources; the caller removes it. It shares the installed packages. */
export function copySources(): { folder: string; edit(file: string, from: string, to: string): void } {
  const folder = mkdtempSync(join(realpathSync(tmpdir()), 'aios-sources-'));
  for (const file of trackedFiles()) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    cpSync(join(repositoryDir, file), join(folder, file));
  }
  symlinkSync(join(repositoryDir, 'node_modules'), join(folder, 'node_modules'));
  return {
    folder,
    edit(file, from, to) {
      const before = readFileSync(join(folder, file), 'utf8');
      expect(before).toContain(from);
      writeFileSync(join(folder, file), before.replaceAll(from, to));
    },
  };
}
