import type { Command } from '../command';
import { doctor } from './doctor';
import { run } from './run';
import { stats } from './stats';
import { templatesInstall } from './templates-install';
import { up } from './up';

/** Every command, in the order of the help text. One file each. */
export const commands: readonly Command[] = [up, run, templatesInstall, doctor, stats];
