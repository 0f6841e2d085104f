import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promptFeatures } from '../../router/complexity-model/features';
import { seededRandom } from './rows';
import type { Lesson } from './fit-part';

/** A request as a person writes it, with how hard it is by judgement. */
export interface LabelledRequest extends Lesson {
  level: 'simple' | 'medium' | 'complex';
  language: string;
  /** The request without what it is about: lessons made of the same words stay together. */
  base: string;
  prompt: string;
}

// A medium request is done well by an 8B more often than not.
const TARGETS = { simple: 0, medium: 0.35, complex: 1 } as const;

/** Each request as it stands, and once more with pasted material, which must not change the judgement. */
export function labelledRequests(): LabelledRequest[] {
  const requests = examples().filter(([level]) => level !== 'exercise') as Array<[LabelledRequest['level'], string, string]>;
  const sentences = requests.map(([, , text]) => text);
  const random = seededRandom(7);
  const lesson = (level: LabelledRequest['level'], language: string, base: string, prompt: string, weight: number): LabelledRequest => ({ level, language, base, prompt, weight, target: TARGETS[level], features: promptFeatures(prompt) });
  return requests.flatMap(([level, language, text]) => [lesson(level, language, text, text, 1), lesson(level, language, text, withMaterial(text, sentences, random), 0.5)]);
}

/** Word problems and quiz questions: what an exercise looks like, not how hard it is. */
export function exerciseExamples(): Lesson[] {
  return examples().filter(([level]) => level === 'exercise').map(([, , text]) => ({ features: promptFeatures(text), target: 1, weight: 2 }));
}

function examples(): Array<[string, string, string]> {
  const lines = readFileSync(join(__dirname, 'requests.tsv'), 'utf8').split('\n').filter((line) => line !== '');
  return lines.map((line) => line.split('\t') as [string, string, string]);
}

/** Pasted text of any difficulty: letters, logs, tables, quotes; before or after what is asked. */
function withMaterial(request: string, sentences: string[], random: () => number): string {
  const some = (): string => sentences[Math.floor(random() * sentences.length)]!;
  const number = (limit: number): number => Math.floor(random() * limit);
  const lines = (make: () => string): string => Array.from({ length: 4 + number(20) }, make).join('\n');
  const kinds = [
    () => `${request}\n\n${lines(() => `${some()} ${some()}`)}`,
    () => `${request}\n\n${lines(() => `2026-0${1 + number(9)}-12 0${number(9)}:${10 + number(49)}:07 INFO ${some()}`)}`,
    () => `${request}\n\n${lines(() => `${some().split(' ').slice(0, 2).join(' ')}, ${number(900)}, ${number(90)}.50`)}`,
    () => `${request} "${some().replaceAll('"', '')} ${some().replaceAll('"', '')}"`,
    () => `Subject: ${some().slice(0, 30)}\n\n${lines(() => some())}\n\n${request}`,
  ];
  return kinds[number(kinds.length)]!();
}
