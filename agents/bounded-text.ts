/** One file as a prompt shows it. */
export interface ShownFile {
  path: string;
  content: string;
}

/** Cuts a text for a prompt and says so: a model must not take a part for the whole. */
export function boundedText(text: string, maxCharacters: number): string {
  return text.length <= maxCharacters ? text : `${text.slice(0, maxCharacters)}\n[cut here: ${text.length - maxCharacters} of ${text.length} characters are not shown]`;
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
