import { z } from 'zod';
import { withinTime } from '../../kernel';
import type { Artifact } from '../../runs';
import { pathTest } from '../../workspace';
import { schemaType } from './meant-schema';
import type { Role } from './role';

/** For one file; a pattern that repeats a repetition would take years for thirty characters. */
const CHECKED_WITHIN_MS = 1_000;

/** What is wrong with a delivery by its role's rules, in words for the model; undefined when nothing is. */
export function breachOfContract({ outputContract, paths }: Role, artifacts: readonly Artifact[]): string | undefined {
  const mayWrite = pathTest(paths.write);
  const outside = artifacts.filter(({ path }) => !mayWrite(path)).map(({ path }) => path);
  if (outside.length > 0) return `Your role may not deliver ${outside.join(', ')}; it may deliver ${paths.write.join(', ') || 'no files'}.`;
  const { schema, file } = outputContract;
  if (!schema) return undefined;
  const isBound = pathTest([file]);
  const bound = artifacts.filter(({ path }) => isBound(path));
  if (bound.length === 0) return `Your role must deliver a file ${file} that obeys its JSON Schema; there is none.`;
  const type = schemaType(schema);
  return bound.map(({ path, content }) => faultIn(path, content, type)).find((fault) => fault !== undefined);
}

function faultIn(path: string, content: string, type: z.ZodType): string | undefined {
  try {
    const value: unknown = JSON.parse(content.replace(/^\uFEFF/, ''));
    const checked = withinTime(CHECKED_WITHIN_MS, () => type.safeParse(value));
    if (!checked) return `${path} could not be checked within ${CHECKED_WITHIN_MS / 1_000} s: a pattern in your role's JSON Schema takes too long for what stands there.`;
    return checked.success ? undefined : `${path} does not obey your role's JSON Schema:\n${z.prettifyError(checked.error)}`;
  } catch (error) {
    return `${path} is no valid JSON: ${(error as Error).message}`;
  }
}

/** The contract for the prompt; empty when there is none. */
export function contractInWords({ outputContract: { text, file, schema }, paths }: Role): string {
  return [
    text && `Every delivery: ${text}`,
    schema && `${file} must obey this JSON Schema: ${JSON.stringify(schema)}`,
    !pathTest(paths.write)('any/file') && `You may deliver only files that match: ${paths.write.join(', ') || 'none'}`,
  ].filter((part) => part).join('\n');
}
