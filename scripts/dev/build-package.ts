import { rm } from 'node:fs/promises';
import { AiosError } from '../../kernel';
import { BuildError } from '../build/build-error';
import { checkLightFiles } from '../build/check-light-files';
import { buildLightFiles } from '../build/light-files';
import { buildTeamBundle } from '../build/team-bundle';
import { repositoryDir } from '../n8n-host/place';

export class PackageBuildError extends AiosError {
  readonly code = 'PACKAGE_BUILD_FAILED';
  readonly kind = 'user';
  constructor(cause: unknown) {
    // esbuild has already shown its own findings, with the lines they are about.
    super(cause instanceof BuildError ? cause.message : 'The sources could not be built.', { hint: 'Correct them and save.', cause });
  }
}

/**
 * Builds what n8n loads of the package, without the type check: it takes longer than all the rest.
 *
 * @throws {PackageBuildError}
 */
export async function buildPackage(dist: string): Promise<void> {
  // What was renamed or deleted in the sources must not live on here.
  await rm(dist, { recursive: true, force: true });
  try {
    await Promise.all([buildLightFiles(repositoryDir, dist).then(() => checkLightFiles(dist)), buildTeamBundle(repositoryDir, dist)]);
  } catch (cause) {
    throw new PackageBuildError(cause);
  }
}
