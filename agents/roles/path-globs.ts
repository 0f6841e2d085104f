/**
 * Is the path one of those the globs name? `*` and `?` stay within a folder, `**` goes through any number of them;
 * with `!` before it a glob forbids, and forbidding wins.
 *
 * @param path relative, with "/"
 */
export function isWithin(path: string, globs: readonly string[]): boolean {
  const allowed = globs.filter((glob) => !glob.startsWith('!'));
  const forbidden = globs.filter((glob) => glob.startsWith('!')).map((glob) => glob.slice(1));
  const onlyForbids = allowed.length === 0 && forbidden.length > 0;
  return (onlyForbids || allowed.some((glob) => matches(glob, path))) && !forbidden.some((glob) => matches(glob, path));
}

/** Does the name fit the pattern, in which `*` stands for any characters? */
export function fitsName(name: string, pattern: string): boolean {
  return fits(pattern, name, (character, wanted) => wanted === character);
}

function matches(glob: string, path: string): boolean {
  return foldersFit(glob.replace(/^\.?\//, '').split('/'), path.split('/'));
}

/** Greedy with one way back, as for wildcards: the time is at most length times length, whatever the glob. */
function foldersFit(globs: readonly string[], folders: readonly string[]): boolean {
  let [glob, folder, star, mark] = [0, 0, -1, 0];
  while (folder < folders.length) {
    if (globs[glob] === '**') [star, mark, glob] = [glob, folder, glob + 1];
    else if (glob < globs.length && fits(globs[glob]!, folders[folder]!, (character, wanted) => wanted === character || wanted === '?')) [glob, folder] = [glob + 1, folder + 1];
    else if (star >= 0) [glob, folder, mark] = [star + 1, mark + 1, mark + 1];
    else return false;
  }
  return globs.slice(glob).every((left) => left === '**');
}

function fits(pattern: string, text: string, same: (character: string, wanted: string) => boolean): boolean {
  let [at, character, star, mark] = [0, 0, -1, 0];
  while (character < text.length) {
    if (pattern[at] === '*') [star, mark, at] = [at, character, at + 1];
    else if (at < pattern.length && same(text[character]!, pattern[at]!)) [at, character] = [at + 1, character + 1];
    else if (star >= 0) [at, character, mark] = [star + 1, mark + 1, mark + 1];
    else return false;
  }
  return [...pattern.slice(at)].every((left) => left === '*');
}
