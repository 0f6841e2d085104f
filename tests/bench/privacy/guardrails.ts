import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { hostDir } from '../../../scripts/n8n-host/place';
import type { FindPlaces } from './measure';

interface Check {
  (text: string): { info: { maskEntities: Record<string, string[]> } };
}

/** n8n's own Guardrails node, as installed: every threshold of its secret check, and its check for personal data with all entities. */
export function guardrailSettings(): Record<string, FindPlaces> | undefined {
  const folder = join(hostDir(), 'node_modules/@n8n/n8n-nodes-langchain/dist/nodes/Guardrails/actions/checks');
  if (!existsSync(folder)) return undefined;
  const { createSecretKeysCheckFn } = require(join(folder, 'secretKeys.js')) as { createSecretKeysCheckFn(config: { threshold: string }): Check };
  const { createPiiCheckFn } = require(join(folder, 'pii.js')) as { createPiiCheckFn(config: object): Check };
  const secrets = ['permissive', 'balanced', 'strict'].map((threshold) => [`secret keys, ${threshold}`, placesOf(createSecretKeysCheckFn({ threshold }))] as const);
  return { ...Object.fromEntries(secrets), 'personal data, all': placesOf(createPiiCheckFn({})) };
}

/** The node returns what it found, not where. */
function placesOf(check: Check): FindPlaces {
  return (text) =>
    Object.values(patiently(check, text).info.maskEntities)
      .flat()
      .filter((found) => found !== '')
      .map((found) => {
        // It takes * and # out of a word before it judges it.
        const start = text.indexOf(found);
        return start < 0 ? { start: 0, end: text.length } : { start, end: start + found.length };
      });
}

/** n8n gives each of its patterns a moment by the wall clock; on a busy machine that is sometimes too short. */
function patiently(check: Check, text: string, triesLeft = 20): ReturnType<Check> {
  try {
    return check(text);
  } catch (error) {
    if (triesLeft === 0) throw error;
    return patiently(check, text, triesLeft - 1);
  }
}
