/** One file as a prompt shows it. */
export interface ShownFile {
  path: string;
  content: string;
}

/** Cuts a text for a prompt and says so: a model must not take a part for the whole. */
export function boundedText(text: string, maxCharacters: number): string {
  if (text.length <= maxCharacters) return text;
  const shown = beginningOf(text, maxCharacters);
  return `${shown}\n[cut here: ${text.length - shown.length} of ${text.length} characters are not shown]`;
}

/** Not between the two halves of one character: half of one is no Unicode, and services refuse the whole request for it. */
function beginningOf(text: string, maxCharacters: number): string {
  return text.slice(0, maxCharacters).replace(/[\ud800-\udbff]$/, '');
}

/**
 * Files for a prompt, each and all together bounded. A file that no longer fits is named, never dropped in silence.
 *
 * @param limits characters
 */
export function boundedFiles(files: readonly ShownFile[], limits: { perFile: number; all: number }): string {
  let left = limits.all;
  const parts = files.map((file) => {
    const room = Math.min(limits.perFile, left);
    if (room < Math.min(200, file.content.length)) return `--- ${file.path} (${file.content.length} characters, not shown)`;
    left -= Math.min(room, file.content.length);
    return `--- ${file.path}\n${boundedText(file.content, room)}\n--- end of ${file.path}`;
  });
  return parts.join('\n');
}
