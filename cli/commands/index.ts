import type { Command } from '../command';
import { run } from './run';
import { templatesInstall } from './templates-install';
import { up } from './up';

/** Every command, in the order of the help text. One file each. */
export const commands: readonly Command[] = [up, run, templatesInstall];
