import { InvalidInputError } from '../../kernel';
import type { MemoryFilter, Scope } from '../../team';

/** Of a question: whoever knows the id has no need to ask. */
export const CONDITION_OPTIONS = { scope: { type: 'string' }, kind: { type: 'string' }, source: { type: 'string' }, run: { type: 'string' }, since: { type: 'string' }, before: { type: 'string' } } as const;
export const FILTER_OPTIONS = { ...CONDITION_OPTIONS, id: { type: 'string', multiple: true } } as const;

export const CONDITION_USAGE = `  --scope S        team, project:NAME, role:NAME or user:NAME
  --kind K         fact, trace, chat or scratch
  --source S       title or address of a document
  --run ID         what a run left
  --since T        from when on: 24h, 7d, 4w or a date like 2026-11-20
  --before T       until when`;
export const FILTER_USAGE = `${CONDITION_USAGE}
  --id ID          this one; may be given several times`;

export interface FilterValues {
  scope?: string;
  kind?: string;
  source?: string;
  run?: string;
  since?: string;
  before?: string;
  id?: string[];
  data?: string;
}

/** Only conditions that were given. @throws {InvalidInputError} */
export async function filterOf({ scope, kind, source, run, since, before, id }: FilterValues): Promise<MemoryFilter> {
  const { MEMORY_KINDS, readSince, systemClock } = await import('../../team');
  const nowMs = systemClock.nowMs();
  return {
    ...(scope !== undefined && { scopes: [scopeOf(scope)] }),
    ...(kind !== undefined && { kinds: [oneOf('--kind', kind, MEMORY_KINDS)] }),
    ...(source !== undefined && { source }),
    ...(run !== undefined && { runId: run }),
    ...(since !== undefined && { createdAfterMs: readSince(since, nowMs) - 1 }),
    ...(before !== undefined && { createdBeforeMs: readSince(before, nowMs) }),
    ...(id !== undefined && { ids: id }),
  };
}

/** The labels a reader may see, the strictest last. @param word default `internal` */
export async function labelsUpTo(word = 'internal') {
  const { PRIVACY_LABELS } = await import('../../team');
  return PRIVACY_LABELS.slice(0, PRIVACY_LABELS.indexOf(oneOf('--up-to', word, PRIVACY_LABELS)) + 1);
}

/** @returns undefined when it was not given @throws {InvalidInputError} */
export function numberOf(option: string, text: string | undefined, most?: number): number | undefined {
  if (text === undefined) return undefined;
  const number = Number(text);
  const least = most === undefined ? 0 : 1;
  if (!/^\d+$/.test(text) || number < least || number > (most ?? Infinity)) throw new InvalidInputError(`${option} takes no "${text}".`, { hint: most === undefined ? 'It takes a whole number.' : `It takes 1 to ${most}.` });
  return number;
}

function scopeOf(text: string): Scope {
  if (text === 'team') return { level: 'team' };
  const [, level, of] = /^(project|role|user):(.+)$/s.exec(text) ?? [];
  if (level === undefined) throw new InvalidInputError(`"${text}" is no scope.`, { hint: 'Write team, project:NAME, role:NAME or user:NAME.' });
  return { level: level as 'project', of: of! };
}

function oneOf<Word extends string>(option: string, text: string, words: readonly Word[]): Word {
  const word = words.find((known) => known === text);
  if (word === undefined) throw new InvalidInputError(`${option} takes no "${text}".`, { hint: `It takes ${words.join(', ')}.` });
  return word;
}
