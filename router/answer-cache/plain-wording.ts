const QUESTION_WORDS = 'what|which|who|whom|whose|when|where|why|how|is|are|was|were|do|does|did|can|could|would|should|wer|wie|wo|warum|wann|welche[rsnm]?|comment|pourquoi|quand|qué|quién|cómo|cuándo|dónde';
const WISHES = 'explain|describe|summari[sz]e|translate|write|give|list|tell|name|compare|draft|suggest|erkläre?|beschreibe?|übersetze?|schreibe?|nenne?|décris|traduis|écris|explica|traduce|escribe';
const COURTESY = 'please|bitte|por favor|s[’\']il (?:vous|te) pla[iî]t';
const GREETING = 'hi|hello|hey|good (?:morning|afternoon|evening)|hallo|guten (?:morgen|tag|abend)|bonjour|hola';

/** Before a word that opens a request, and nowhere else, these are courtesy and nothing more. */
const COURTESIES_FIRST = new RegExp(`^(?:(?:${GREETING}) ?[,!.] ?)?(?:(?:${COURTESY}),? )?(?=(?:${QUESTION_WORDS}|${WISHES}) )`, 'i');
const QUESTION = new RegExp(`^(?:${QUESTION_WORDS}) `, 'i');
const WISH = new RegExp(`^(?:${WISHES}) `, 'i');

/** What must be equal to the letter: code, quotes, paths, what follows a colon, and whatever stands in lines. */
const HAS_SHAPE = /[`/\n\r\t{}<>|\\:"“”„«»‘‚]|(?<![\p{L}])['’]|['’](?![\p{L}])/u;

/**
 * A question without what does not change its meaning: a greeting and "please" before it, doubled spaces, a capital at its beginning, the mark at
 * its end where its first word says already what it is. All else stays to the letter, numbers, names, paths and every small word included: one "not", "before"
 * or "except" turns a meaning, and no measure of similarity sees it.
 */
export function plainWording(text: string): string {
  const trimmed = text.normalize('NFC').trim();
  if (HAS_SHAPE.test(trimmed)) return trimmed;
  const bare = trimmed.replace(/ {2,}/g, ' ').replace(COURTESIES_FIRST, '');
  if (QUESTION.test(bare)) return `${bare[0]!.toLowerCase()}${bare.slice(1).replace(/(?<=[\p{L}\p{N}]) ?\?$/u, '')}`;
  return WISH.test(bare) ? `${bare[0]!.toLowerCase()}${bare.slice(1).replace(/(?<=[\p{L}\p{N}])\.$/u, '')}` : trimmed;
}
