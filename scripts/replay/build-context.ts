import { cpSync, existsSync, readFileSync } from 'node:fs';
import { join, matchesGlob, relative } from 'node:path';

/** What `docker build` would be given of a folder: everything .dockerignore does not name. Ours has no exceptions ("!"). */
export class BuildContext {
  private readonly patterns: string[];

  constructor(readonly folder: string) {
    const file = join(folder, '.dockerignore');
    const lines = existsSync(file) ? readFileSync(file, 'utf8').split('\n').map((line) => line.trim()) : [];
    this.patterns = lines.filter((line) => line !== '' && !line.startsWith('#'));
  }

  has(path: string): boolean {
    return existsSync(join(this.folder, path)) && !this.isIgnored(path);
  }

  copy(path: string, target: string): void {
    cpSync(join(this.folder, path), target, { recursive: true, filter: (source) => !this.isIgnored(relative(this.folder, source)) });
  }

  isIgnored(path: string): boolean {
    return this.patterns.some((pattern) => matchesGlob(path, pattern));
  }
}
