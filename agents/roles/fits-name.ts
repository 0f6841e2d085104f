/** Does the name of a tool fit the pattern, in which `*` stands for any characters? Time: at most name times pattern. */
export function fitsName(name: string, pattern: string): boolean {
  let [at, character, star, mark] = [0, 0, -1, 0];
  while (character < name.length) {
    if (pattern[at] === '*') [star, mark, at] = [at, character, at + 1];
    else if (at < pattern.length && pattern[at] === name[character]) [at, character] = [at + 1, character + 1];
    else if (star >= 0) [at, character, mark] = [star + 1, mark + 1, mark + 1];
    else return false;
  }
  return [...pattern.slice(at)].every((left) => left === '*');
}
