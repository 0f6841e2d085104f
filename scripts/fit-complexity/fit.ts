import { FITTED_MODEL, scoreOf, storePart, type ComplexityModel, type LinearPart } from '../../router/complexity-model/model';
import { fitCurve, fitPart, type Lesson, type PartSettings } from './fit-part';
import { foldOf, type Outcome, type PublicRows, type PublicSet } from './rows';
import { exerciseExamples, labelledRequests, type LabelledRequest } from './requests';

/** Chosen by cross-validation on the public rows and the labelled requests; see docs/decisions. */
export const SETTINGS: Record<keyof ComplexityModel, PartSettings> = {
  options: { bits: 13, penalty: 15, shapeShare: 0.1 },
  exercise: { bits: 12, penalty: 15, shapeShare: 0.1 },
  request: { bits: 12, penalty: 1, shapeShare: 0.3 },
  gate: { bits: 12, penalty: 1, shapeShare: 0.3 },
};

/** How much a row counts beside the sets the model is judged by: outcomes of other models, and labels without outcomes. */
const EXERCISE_WEIGHTS: Record<PublicSet, number> = { mmlu: 0, gsm8k: 1, mmlu_pro: 0, ulab: 0.3, math_levels: 0.1 };
/** Exercises without options count here too: what they teach carries over better than MMLU-Pro does. */
const OPTIONS_WEIGHTS: Record<PublicSet, number> = { mmlu: 1, gsm8k: 0.3, mmlu_pro: 0.03, ulab: 0.1, math_levels: 0.03 };
const FOLDS = 3;

export interface Lessons {
  outcomes: Array<Outcome & { set: PublicSet }>;
  requests: LabelledRequest[];
  /** Word problems and quiz questions in several languages, to tell from requests. */
  exercises: Lesson[];
}

export function lessonsFrom(rows: PublicRows): Lessons {
  return { requests: labelledRequests(), exercises: exerciseExamples(), outcomes: (Object.keys(rows) as PublicSet[]).flatMap((set) => rows[set].map((row) => ({ ...row, set }))) };
}

/** Fits all judges and their curves. Deterministic. */
export function fitModel(lessons: Lessons): ComplexityModel {
  return {
    options: withNeed(lessons.outcomes.map((row) => gainLesson(row, OPTIONS_WEIGHTS)), SETTINGS.options),
    exercise: withNeed(lessons.outcomes.filter(isExercise).map((row) => gainLesson(row, EXERCISE_WEIGHTS)), SETTINGS.exercise),
    request: withNeed(lessons.requests.map((request) => ({ ...request, isNeeded: request.target, prompt: request.base })), SETTINGS.request),
    gate: fitPart([...lessons.outcomes.filter(isExercise).map((row) => ({ features: row.features, target: 1, weight: 0.2 })), ...lessons.exercises, ...lessons.requests.map((request) => ({ ...request, target: -1 }))], SETTINGS.gate),
  };
}

// "Write a function …" is a request, whichever benchmark asks it.
function isExercise({ features, task }: Outcome): boolean {
  return !features.hasOptions && task !== 'mbpp' && task !== 'human_eval' && task !== 'commongen';
}

type NeedLesson = Lesson & { prompt: string; isNeeded: number };

function gainLesson(row: Outcome & { set: PublicSet }, weights: Record<PublicSet, number>): NeedLesson {
  const gain = row.large - row.small;
  return { features: row.features, target: gain, weight: weights[row.set], group: `${row.set} ${row.set === 'ulab' ? row.task : ''}`, prompt: row.prompt, isNeeded: gain > 0 ? 1 : 0 };
}

/** The curve is fitted to scores of rows the judge had not seen, so that it is not too sure of itself. */
function withNeed(lessons: NeedLesson[], settings: PartSettings): LinearPart {
  const judged = lessons.filter(({ weight }) => weight >= 0.5);
  const scores = new Map<NeedLesson, number>();
  for (let fold = 0; fold < FOLDS; fold++) {
    const part = fitPart(lessons.filter(({ prompt }) => foldOf(prompt, FOLDS, 1) !== fold), settings);
    for (const lesson of judged) if (foldOf(lesson.prompt, FOLDS, 1) === fold) scores.set(lesson, scoreOf(part, lesson.features));
  }
  const need = fitCurve(judged.map((lesson) => scores.get(lesson)!), judged.map(({ isNeeded }) => isNeeded));
  return { ...fitPart(lessons, settings), need };
}

/** The text of weights.json. */
export function storedModel(model: ComplexityModel): string {
  const parts = Object.keys(SETTINGS).map((name) => `${JSON.stringify(name)}:${JSON.stringify(storePart(model[name as keyof ComplexityModel]))}`);
  return `{\n${parts.join(',\n')}\n}\n`;
}

export const committedModel = (): string => storedModel(FITTED_MODEL);
