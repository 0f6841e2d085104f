import { InvalidInputError } from '../kernel';

const MAX_GLOB_CHARACTERS = 300;
/** Alternatives one glob may stand for: `{a,b}{c,d}` are four. */
const MAX_ALTERNATIVES = 64;

export type PathTest = (path: string) => boolean;

/**
 * Reads globs as people write them: `*` within a name, `**` over folders, `?`, `{a,b}`; `src` and `src/` stand for all below it.
 * With `!` before it a glob forbids, and forbidding wins. Matching takes time linear in the path, times the glob.
 *
 * @throws {InvalidInputError} for a glob that is too long
 */
export function pathTest(globs: readonly string[]): PathTest {
  const denied = globs.filter((glob) => glob.startsWith('!')).map((glob) => globTest(glob.slice(1)));
  const allowed = globs.filter((glob) => !glob.startsWith('!')).map(globTest);
  // Only what is forbidden is named: the rest is allowed.
  const isAllowed: PathTest = allowed.length === 0 && denied.length > 0 ? () => true : (path) => allowed.some((test) => test(path));
  return (path) => isAllowed(path) && !denied.some((test) => test(path));
}

function globTest(glob: string): PathTest {
  if (glob.length > MAX_GLOB_CHARACTERS) throw new InvalidInputError(`A glob has ${glob.length} characters, at most ${MAX_GLOB_CHARACTERS} are allowed.`, { hint: 'Use a shorter one, or several.' });
  const forms = alternatives(glob.trim().replace(/^\.?\/+/, '')).map((form) => form.split('/').filter((part) => part !== '' && part !== '.'));
  return (path) => {
    const parts = path.split('/');
    return forms.some((form) => matchesParts(form, parts));
  };
}

function alternatives(glob: string): string[] {
  const done: string[] = [];
  const waiting = [glob];
  while (waiting.length > 0) {
    const form = waiting.pop()!;
    const braces = /\{([^{}]*)\}/.exec(form);
    if (!braces) done.push(form);
    else for (const choice of braces[1]!.split(',')) waiting.push(form.slice(0, braces.index) + choice + form.slice(braces.index + braces[0].length));
    if (done.length + waiting.length > MAX_ALTERNATIVES) throw new InvalidInputError(`The glob ${JSON.stringify(glob)} stands for more than ${MAX_ALTERNATIVES} others.`, { hint: 'Use several simple globs.' });
  }
  return done;
}

/** A glob that ends with a plain name means all below it as well, should that be a folder. */
function matchesParts(form: readonly string[], parts: readonly string[]): boolean {
  const isAnyDepth = (part: string) => part === '**';
  if (wildcard(form, parts, isAnyDepth, matchesName)) return true;
  const last = form.at(-1);
  return last !== undefined && !/[*?]/.test(last) && wildcard([...form, '**'], parts, isAnyDepth, matchesName);
}

function matchesName(pattern: string, name: string): boolean {
  return wildcard([...pattern], [...name], (character) => character === '*', (character, other) => character === '?' || character === other);
}

/** Greedy with one place to go back to: never more than pattern × text steps. */
function wildcard(pattern: readonly string[], text: readonly string[], isStar: (part: string) => boolean, fits: (part: string, other: string) => boolean): boolean {
  let [at, star, resume] = [0, -1, 0];
  for (let index = 0; index < text.length; ) {
    if (at < pattern.length && isStar(pattern[at]!)) [star, resume, at] = [at, index, at + 1];
    else if (at < pattern.length && fits(pattern[at]!, text[index]!)) [at, index] = [at + 1, index + 1];
    else if (star >= 0) [resume, index, at] = [resume + 1, resume + 1, star + 1];
    else return false;
  }
  while (at < pattern.length && isStar(pattern[at]!)) at++;
  return at === pattern.length;
}
