/**
 * What nobody sees or what reorders its neighbours: control, format, private and unassigned characters, halves of pairs, fillers, every space but the plain one,
 * and marks beyond the third on one letter. Emoji as Unicode recommends them (RGI) stay, the joiners in them included.
 */
const HIDDEN = new RegExp('(\\p{RGI_Emoji})|[[\\p{C}\\p{Zl}\\p{Zp}\\p{Zs}\\p{Default_Ignorable_Code_Point}\\u2800]--[\\t\\n\\x20]]|(?<=\\p{M}{3})\\p{M}', 'gv');

/** Text with all that hides written out as JSON writes it (`\u200b`): a person sees what is there, and JSON stays the same JSON. */
export function visibleText(text: string): string {
  return text.replace(HIDDEN, (character, emoji?: string) => emoji ?? written(character));
}

function written(character: string): string {
  return character.split('').map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`).join('');
}
