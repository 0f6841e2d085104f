import { copyFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { dropFields, forgetInstalledContent, installedDir } from '../n8n-host/install-package';
import { repositoryDir } from '../n8n-host/place';
import { buildPackage } from './build-package';
import { replaceFiles } from './replace-files';

/** The package in n8n's user folder, built from the sources as they are. The clone's own `dist` is left alone. */
export class DevPackage {
  readonly installedDir: string;
  private readonly stagingDir: string;

  constructor(private readonly userFolder: string) {
    this.installedDir = installedDir(userFolder);
    this.stagingDir = join(userFolder, '.package', 'dev');
  }

  /**
   * Builds and puts what is new where n8n looks for it.
   *
   * @returns the files that are new or gone, relative to the package
   * @throws {PackageBuildError} and leaves the earlier build in n8n
   */
  async update(): Promise<string[]> {
    await buildPackage(join(this.stagingDir, 'dist'));
    copyFileSync(join(repositoryDir, 'package.json'), join(this.stagingDir, 'package.json'));
    dropFields(join(this.stagingDir, 'package.json'));
    mkdirSync(this.installedDir, { recursive: true });
    // "npm start" on this data folder must install the real package again.
    forgetInstalledContent(this.userFolder);
    return await replaceFiles(this.stagingDir, this.installedDir);
  }
}
