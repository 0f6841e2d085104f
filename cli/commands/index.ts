import type { Command } from '../command';

/** Every command, in the order of the help text. One file each. */
export const commands: readonly Command[] = [];
