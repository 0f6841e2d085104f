/** The build found something that must not be published. `findings` has one line for each place. */
export class BuildError extends Error {
  constructor(message: string, readonly findings: readonly string[]) {
    super([message, ...findings].join('\n  '));
    this.name = 'BuildError';
  }
}
