import { makeId } from '../../kernel';

/** Begins the lines by which a program of ours tells; delivered code cannot know it before it runs. */
export const newMark = (): string => `aios-${makeId()}`;

/** One thing a program told. */
export interface Told {
  kind: string;
  [fact: string]: unknown;
}

/** What a program told of itself; everything else it printed is left out. */
export function toldIn(stdout: string, mark: string): Told[] {
  return stdout.split('\n').flatMap((line) => {
    if (!line.startsWith(`${mark} `)) return [];
    try {
      return [JSON.parse(line.slice(mark.length + 1)) as Told];
    } catch {
      // Cut by the limit on output.
      return [];
    }
  });
}
