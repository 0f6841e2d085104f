import type { IDataObject } from 'n8n-workflow';
import type { Recalled, Remembered } from '../../memory';
import type { HandOff } from '../../team';

/** What a reader looks for comes first: n8n's table shows the first columns. */
export function shownHit({ item, score, why }: Recalled): IDataObject {
  const { id, text, kind, scope, privacy, provenance, createdAtMs, outcomes } = item;
  const { source, part, ...origin } = provenance;
  return {
    text,
    score: Math.round(score * 1_000) / 1_000,
    why,
    ...(source !== undefined && { source }),
    ...(part !== undefined && { part }),
    kind,
    scope: scope.level,
    ...(scope.level !== 'team' && { scopeOf: scope.of }),
    privacy,
    ...origin,
    createdAt: new Date(createdAtMs).toISOString(),
    ...(outcomes.passed + outcomes.failed > 0 && outcomes),
    id,
  };
}

/** Why some have no vector is said once for all. */
export function shownRemembered(memories: readonly Remembered[]): IDataObject {
  const reasons = [...new Set(memories.flatMap(({ notEmbedded }) => notEmbedded ?? []))];
  return {
    remembered: memories.length,
    merged: memories.filter(({ mergedInto }) => mergedInto !== undefined).length,
    ...(reasons.length > 0 && { notEmbedded: reasons.join('; ') }),
    memories: memories.map(({ id, mergedInto, privacy }) => ({ id, privacy, ...(mergedInto !== undefined && { mergedInto }) })),
  };
}

export function shownHandOff({ from, to, complete, notChecked, questions, ...rest }: HandOff): IDataObject {
  const { text, id, ...more } = rest;
  return { from, to, complete, ...(notChecked !== undefined && { notChecked }), questions, text, ...more, id } as unknown as IDataObject;
}
