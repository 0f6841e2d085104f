import type { Check } from '../../runs';
import type { CheckOutcome } from './check-outcome';
import { checkDockerfile } from './dockerfile-check';
import { checkFile } from './file-check';
import { checkJson } from './json-check';
import { checkKubernetes } from './kubernetes-check';
import { checkSql } from './sql-check';
import { checkYaml } from './yaml-check';

/** Kinds that only read. */
export const READING_CHECKS: Partial<Record<Check['kind'], (check: Check, content: string) => CheckOutcome>> = { file: checkFile, json: checkJson, yaml: checkYaml, sql: checkSql, dockerfile: checkDockerfile, kubernetes: checkKubernetes };
