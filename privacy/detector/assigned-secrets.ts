import type { Finding } from './finding';
import { isPlaceholder, randomnessOf } from './randomness';

/** The words that say a secret follows, in the languages requests come in. What stands around them is read by hand, so that no text makes this slow. */
const PASSWORD_WORDS = 'passwords?|passwd|passphrase|passcode|pwd|pw(?=[ :=])(?<![a-z]pw)|passwort|kennwort|contrase(?:ñ|n)a|mot de passe|senha|wachtwoord|has[łl]o|l[öo]senord|adgangskode|salasana|parola|[şs]ifre|пароль|密码|密碼|パスワード|비밀번호';
const TOKEN_WORDS = 'secret|token|credentials?|bearer|authorization|basic|api[ _-]?key|access[ _-]?key|sch?l[üu]ssel|cl[ée](?= )|clave|chiave|chave|ключ|密钥|キー';
const WORD = new RegExp(`(?:(${PASSWORD_WORDS})|(${TOKEN_WORDS})|(key|auth|pat(?=[ =:"'_])|dsn|sas|licen[cs]e))`, 'gi');

const NOT_A_SECRET = /(?:primary|foreign|public|partition|sort|cache|unique|composite|natural|candidate|idempotency|object|node|map|dict|json|hot|short|arrow|registry|site)[ _.-]?key|key(?:board|word|s?[ _-]?(?:name|id|type|size|length|code|error|frame|press|up|down|pair|path|file|ring|stone|note|chain))|monkey|turkey|donkey|whiskey|hockey|jockey|token(?:iz|s$|[ _-]?(?:count|type|limit|length|id|name|url|endpoint))|max[ _-]?tokens?|author(?!iz)|authenticat|secretar|csrf|basics|basically|compat|path|pattern|patch|dispatch/i;
const NO_SECRET_BETWEEN = /\b(?:public|ssh-\w+|ecdsa-\w+|sha\d*|md5|hash|commit|digest|checksum|uuid|version|etag|url|https?)\b/i;

const NAME_BEFORE = /[\w.-]{0,30}$/;
const NAME_AFTER = /[\w.-]{0,30}/y;
// What may stand between a name and its value: a closing quote, a remark in brackets, a sign or a small word, an opening quote.
const BETWEEN = /["'`\])}*]{0,4}[ \t]{0,8}(?:\([^)\n]{0,30}\)[ \t]{0,3})?((?:(?:=>|->|:=|[=:>|,]|value\b|(?:is|was|are|to|of|with|und|ist|lautet|war|es|era|est|était|è|é|это)(?=[ :]))[ \t]{0,4}(?:\r?\n[ \t]{0,16})?["']?[ \t]{0,4}){0,4})(["'`]|<(?!\/)|[([*]{1,3})?/y;
const QUOTED = { '"': /[^"\n]{3,300}/y, "'": /[^'\n]{3,300}/y, '`': /[^`\n]{3,300}/y } as Record<string, RegExp>;
/** What belongs to the sentence or the address around it: a full stop, the next field of a query. */
const END_OF_BARE = /[.,:;!?*]+$|&[\w.-]{1,40}=[^]*$/;
const BARE = /[^\s"'`,;<>(){}[\]|\\]{4,140}/y;

/** Passwords, keys and tokens of any vendor, told by the word in front of them. */
export function assignedSecrets(text: string): Finding[] {
  const findings: Finding[] = [];
  const surelyRandomAt = onceEach((start) => surelyRandom(text, start));
  WORD.lastIndex = 0;
  for (let match = WORD.exec(text); match; match = WORD.exec(text)) {
    const found = secretBehind(text, match, surelyRandomAt);
    if (!found) continue;
    findings.push(found);
    WORD.lastIndex = Math.max(WORD.lastIndex, found.end);
  }
  return findings;
}

function secretBehind(text: string, match: RegExpExecArray, surelyRandomAt: ValueAt): Finding | undefined {
  const wordEnd = match.index + match[0].length;
  if (match[3] !== undefined && !isWholeWord(match[3], text[match.index - 1] ?? ' ')) return undefined;
  NAME_AFTER.lastIndex = wordEnd;
  const behind = wordEnd + NAME_AFTER.exec(text)![0].length;
  if (/[\w+/]/.test(text[behind] ?? '')) return undefined;
  const found = valueAt(text, behind, match[1] !== undefined) ?? valueWithin(text, behind, surelyRandomAt);
  return found && !NOT_A_SECRET.test(nameAround(text, match.index, behind)) ? found : undefined;
}

const nameAround = (text: string, from: number, to: number): string => NAME_BEFORE.exec(text.slice(Math.max(0, from - 30), from))![0] + text.slice(from, to);

/** @returns the value that begins there, undefined when it is none */
type ValueAt = (start: number) => string | undefined;

/** Several words may have the same value behind them; a text of nothing but such words must not be slow. */
function onceEach(valueAtStart: ValueAt): ValueAt {
  const known = new Map<number, string | undefined>();
  return (start) => {
    if (!known.has(start)) known.set(start, valueAtStart(start));
    return known.get(start);
  };
}

/** The short words stand alone or as a part of a name: `key`, `my_key`, `algoliaKey`, `API_KEY`; never inside a word or a run of base64. */
function isWholeWord(word: string, before: string): boolean {
  if (!/[A-Za-z0-9+/]/.test(before)) return true;
  return /^[A-Z][a-z]/.test(word) && /[a-z0-9]/.test(before);
}

/** The value right behind the name. */
function valueAt(text: string, at: number, isPassword: boolean): Finding | undefined {
  BETWEEN.lastIndex = at;
  const between = BETWEEN.exec(text);
  if (!between) return undefined;
  const start = at + between[0].length;
  const [, sign = '', opening = ''] = between;
  // Nothing at all in between: the name is one word with what follows.
  if (start === at) return undefined;
  const pattern = QUOTED[opening] ?? BARE;
  pattern.lastIndex = start;
  const value = pattern.exec(text)?.[0].replace(QUOTED[opening] ? /$^/ : END_OF_BARE, '');
  if (!value || text[start + value.length] === '(') return undefined;
  const accepted = isPassword ? isPasswordValue(value, { isQuoted: opening in QUOTED, isAssigned: /[=:>]/.test(sign), isTold: sign !== '' }) : isTokenValue(value, opening in QUOTED || /[=:>]/.test(sign));
  return accepted ? { type: isPassword ? 'password' : 'generic-secret', kind: 'secret', start, end: start + value.length } : undefined;
}

function isPasswordValue(value: string, { isQuoted, isAssigned, isTold }: { isQuoted: boolean; isAssigned: boolean; isTold: boolean }): boolean {
  if (value.length < 6 || value.length > 128 || isPlaceholder(value) || isCode(value)) return false;
  const hasDigit = /\d/.test(value);
  const hasSign = /[^\w\s.,:;'"/()-]/.test(value);
  const hasLetter = /\p{L}/u.test(value);
  if (isTold && /^\d{6,12}$/.test(value)) return true;
  if (!isQuoted && !isAssigned) return hasLetter && (hasDigit || (hasSign && isTold)) && !/^[\d.,%$€£-]+\w{0,3}$/.test(value) && (hasSign || /[a-z]\d|\d[a-z]/i.test(value));
  if (/\s/.test(value)) return hasDigit && value.split(/\s+/).length <= 6;
  return hasLetter ? hasDigit || hasSign : hasDigit && value.length >= 8;
}

function isTokenValue(value: string, isAssigned: boolean): boolean {
  if (/\s/.test(value) || isCode(value)) return /^(?:Bearer|Basic|Token)\s+\S/i.test(value) && randomnessOf(value.replace(/^\w+\s+/, '')) !== 'none';
  const randomness = randomnessOf(value);
  return randomness === 'strong' || (randomness === 'weak' && isAssigned);
}

/** Names with digits in them that stand where passwords stand, in prose about passwords and in shell pipes. */
const KNOWN_NAME = /^(?:sha-?\d+(?:sum)?|md5(?:sum)?|base64|b64(?:en|de)code|bcrypt\w*|argon2\w*|pbkdf2\w*|scrypt|hs256|rs256|es256|oauth2?|utf-?(?:8|16)|python\d|x509|rfc\d+|win32|i18n|k8s|ipv[46])$/i;

/** `process.env.TOKEN`, `self.password2`, `/etc/key.pem`, `https://…`: a place where a secret may be, not one. */
function isCode(value: string): boolean {
  if (/^\$[A-Za-z_]\w*$|^ssh-|^AAAA[BC]3Nza/.test(value) || KNOWN_NAME.test(value)) return true;
  return (/^(?:[a-z_$][\w$]*\.)+[a-z_$][\w$]*$/i.test(value) && !/\d\w*[a-z]\w*\d/i.test(value)) || /^(?:https?:\/\/|\.{0,2}\/|~\/|[A-Z]:\\|\w+\()/.test(value) || /\.(?:pem|key|crt|json|ya?ml|txt|env|js|ts|py|md)$/.test(value);
}

const SENTENCE_UNITS = 72;
const TOKEN = /[^\s"'`,;<>(){}[\]|\\]{14,200}/y;

/** A few words between name and value: "the key for our shop, which expires in May, is …". Only what is surely random counts. */
function valueWithin(text: string, at: number, surelyRandomAt: ValueAt): Finding | undefined {
  const rest = text.slice(at, at + SENTENCE_UNITS);
  // Nothing can be random here: no long word, or none with a digit or of 20 letters.
  if (!/[\w+/=~.-]{14}/.test(rest) || !/\d|[A-Za-z]{20}/.test(text.slice(at, at + 2 * SENTENCE_UNITS))) return undefined;
  const sentence = rest.split(/\n\s*\n|[.!?;](?=\s)|[{}]/, 1)[0]!;
  for (const word of sentence.matchAll(/(?<![^\s"'`(=:<[])[\w+/=~.-]{14}/g)) {
    const start = at + word.index;
    const value = surelyRandomAt(start);
    if (value === undefined) continue;
    const isOther = NO_SECRET_BETWEEN.test(text.slice(at, start)) || isName(text.slice(Math.max(0, start - 24), start));
    return isOther ? undefined : { type: 'generic-secret', kind: 'secret', start, end: start + value.length };
  }
  return undefined;
}

function surelyRandom(text: string, start: number): string | undefined {
  TOKEN.lastIndex = start;
  const value = TOKEN.exec(text)?.[0].replace(/[.,:;!?*]+$/, '');
  return value !== undefined && randomnessOf(value) === 'strong' && !isCode(value) && !value.includes('://') ? value : undefined;
}

/** The value already has another name: `"token": null, "id": "…"`. */
const isName = (before: string): boolean => /["'\w]["']?\s*[:=]\s*["'`]?$/.test(before) && !/(?:is|it|this|key|token|secret|value|here)["']?\s*[:=]\s*["'`]?$/i.test(before);
