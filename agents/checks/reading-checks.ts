import type { Check } from '../../runs';
import type { CheckOutcome } from './check-outcome';
import { checkFile } from './file-check';
import { checkJson } from './json-check';
import { checkYaml } from './yaml-check';

/** Kinds that only read. */
export const READING_CHECKS: Partial<Record<Check['kind'], (check: Check, content: string) => CheckOutcome>> = { file: checkFile, json: checkJson, yaml: checkYaml };
