import type { DecisionFrame } from './attempt';
import type { Decision } from './contracts';
import type { Candidate } from './rank';
import type { Preset } from './request';

/** What was wrong with an answer that was given up, for the end of a sentence. Other codes are said as they are. */
const FAULTS: Record<string, string> = {
  REFUSED: 'refused to answer',
  LOOPING: 'went round in circles',
  INVALID_JSON: 'gave no JSON of the shape asked for',
  UNSURE: 'was not sure of its words',
  EMPTY_ANSWER: 'gave an empty answer',
  BAD_TOOL_CALL: 'called a tool with arguments that do not fit',
  NO_TOOL_CALL: 'called no tool',
};

const PREFERENCES: Record<Preset, string> = { balanced: 'Balanced', best: 'Best Answer', cheapest: 'Cheapest', fastest: 'Fastest', localFirst: 'Local First', own: 'Own Weights', privateOnly: 'Local Only' };

export const WHY_CACHED = 'An equal question got this answer before: no model was asked.';

/** Why this model answers, in one or two sentences for a person. Quotes nothing of the prompt. */
export function whyInWords({ entry, wish }: Pick<Candidate, 'entry' | 'wish'>, frame: DecisionFrame): string {
  const given = afterAnswer(entry.model.id, frame);
  const sentences = given === undefined ? [afterSilence(frame), byPrivacy(frame), wish === undefined ? byScore(frame) : byWish(wish, frame)] : [given, byPrivacy(frame)];
  return sentences.filter((sentence) => sentence !== undefined).join(' ');
}

function afterAnswer(model: string, { escalatedFrom, escalatedBecause }: DecisionFrame): string | undefined {
  if (escalatedFrom === undefined || escalatedFrom === model) return undefined;
  if (escalatedBecause === undefined) return `Asked because the work of ${escalatedFrom} was not good enough.`;
  return `Asked because ${escalatedFrom} ${FAULTS[escalatedBecause] ?? `gave an answer nobody can use (${escalatedBecause})`}.`;
}

function afterSilence({ candidates }: DecisionFrame): string | undefined {
  const silent = candidates.filter(({ rejected }) => rejected?.startsWith(NO_ANSWER)).map(({ model }) => model);
  return silent.length === 0 ? undefined : `Asked because ${silent.join(' and ')} could not answer.`;
}

function byPrivacy({ privacy, raisedBy }: DecisionFrame): string | undefined {
  if (privacy !== 'secret') return undefined;
  return raisedBy ? `Secret (${raisedBy.join(', ')} found): stays on this machine.` : 'Secret: stays on this machine.';
}

function byWish(wish: NonNullable<Candidate['wish']>, { experiment }: DecisionFrame): string {
  if (wish === 'node') return 'Named in "Model to Ask First".';
  return wish === 'experiment' ? `Its turn in the experiment "${experiment?.name}".` : 'Assigned in the models file.';
}

function byScore({ complexity, doubtful, preset, candidates }: DecisionFrame): string {
  const looks = doubtful ? `Between easy and hard (${complexity}), so taken for hard` : `Looks ${complexity < 0.5 ? 'easy' : 'hard'} (${complexity})`;
  if (candidates.length === 1) return `${looks}; there is only this model.`;
  const others = candidates.filter(({ rejected }) => rejected === undefined).length - 1;
  return others > 0 ? `${looks}; first choice for "${PREFERENCES[preset]}".` : `${looks}; no other model may answer.`;
}

/** Begins what `candidates` say of a model that was tried and did not answer. */
const NO_ANSWER = 'tried before, could not answer';

/** By the code of the error; other codes are said as they are. */
const SILENCES: Record<string, string> = {
  MODEL_BUSY: 'over a limit of the models file',
  RATE_LIMITED: 'its provider limits the rate',
  PROVIDER_DOWN: 'out of order',
  MODEL_STALLED: 'fell silent',
  MODEL_AUTH: 'the key was refused',
  CONTEXT_OVERFLOW: 'the text is too long for it',
  BUDGET_EXCEEDED: 'a budget is used up',
};

/** The candidates, those marked that were tried in vain, by the code of their error: what providers say may quote the prompt. */
export function markedSilent(candidates: Decision['candidates'], silent: ReadonlyMap<string, string>): Decision['candidates'] {
  return candidates.map((candidate) => (silent.has(candidate.model) ? { ...candidate, rejected: `${NO_ANSWER}: ${SILENCES[silent.get(candidate.model)!] ?? silent.get(candidate.model)}` } : candidate));
}
