import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { InvalidInputError } from '../../kernel';
import { type ApprovalPolicy, DEFAULT_POLICY, approvalPolicySchema } from '../../runs';

const FILE = 'approvals.yaml';

/**
 * What needs a person, from `approvals.yaml` in the team's folder; read when the team is opened. Without the file the default holds.
 *
 * @throws {InvalidInputError} when it cannot be used: a rule nobody can read must not be no rule
 */
export function readPolicyFile(folder: string): ApprovalPolicy {
  const file = join(folder, FILE);
  const text = textOf(file);
  if (text === undefined) return DEFAULT_POLICY;
  const parsed = z.strictObject(approvalPolicySchema.shape).safeParse(yamlOf(text, file) ?? {});
  if (parsed.success) return parsed.data;
  throw unusable(file, z.prettifyError(parsed.error).replaceAll('\n', ' '), parsed.error);
}

function textOf(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw unusable(file, 'it cannot be read', error);
  }
}

function yamlOf(text: string, file: string): unknown {
  try {
    return parse(text) as unknown;
  } catch (error) {
    throw unusable(file, error instanceof Error ? error.message.split('\n', 1)[0]! : 'it is no YAML', error);
  }
}

function unusable(file: string, why: string, cause: unknown): InvalidInputError {
  return new InvalidInputError(`What needs a person cannot be told from ${file}: ${why}`, { hint: 'Write for instance "planAboveUsd: 0.5" and "autoApprove: [fileChange]", or remove the file.', cause });
}
