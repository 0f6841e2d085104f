import type { Command } from '../command';
import { templatesInstall } from './templates-install';

/** Every command, in the order of the help text. One file each. */
export const commands: readonly Command[] = [templatesInstall];
