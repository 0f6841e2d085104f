import type { Command } from '../command';
import { doctor } from './doctor';
import { stats } from './stats';

/** Every command, in the order of the help text. One file each. */
export const commands: readonly Command[] = [doctor, stats];
