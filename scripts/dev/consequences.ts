/** What a change of the sources asks for. */
export interface Consequences {
  build: boolean;
  /** n8n reads the list of nodes when it starts and never again. */
  restartN8n: boolean;
  templates: boolean;
  /** We run these files ourselves. */
  restartDev: boolean;
}

/** @param files changed since the last look, relative to the repository */
export function consequencesOf(files: readonly string[]): Consequences {
  const has = (pattern: RegExp) => files.some((file) => pattern.test(file));
  const restartDev = has(/^scripts\//);
  const templates = has(/^workflows\/.+\.json$/);
  const restartN8n = has(/^package\.json$/);
  return { build: restartN8n || has(/^(?!scripts\/|workflows\/)/), restartN8n, templates, restartDev };
}

/**
 * Where a developer sees that the new build is there.
 *
 * @param builtFiles what is new in n8n, relative to the package
 */
export function whereToLook(builtFiles: readonly string[]): string {
  const has = (pattern: RegExp) => builtFiles.some((file) => pattern.test(file));
  if (has(/\.(svg|png)$/)) return 'Reload the browser page to see the icon.';
  if (has(/^dist\/(nodes|credentials)\//)) return 'The editor has the nodes; a panel that is open must be opened again.';
  return 'The next execution uses it.';
}
