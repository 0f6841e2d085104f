import { isChineseId, isCpf, isFinnishId, isFrenchNir, isSpanishId, passesLuhn } from './checksums';
import type { Finding } from './finding';
import { matchesOf } from './matches';

interface IdFormat {
  type: string;
  pattern: RegExp;
  isValid?: (characters: string) => boolean;
}

const isDay = (month: string, day: string): boolean => Number(month) >= 1 && Number(month) <= 12 && Number(day) >= 1 && Number(day) <= 31;

/** Identifiers that stand for themselves: their form or their check digit is rare enough without a word in front. */
const FORMATS: readonly IdFormat[] = [
  // Social Security Administration, numbers never issued: 000, 666 and 9xx areas, group 00, serial 0000. ITIN: 9xx.
  { type: 'us-ssn', pattern: /(?<![\w.+-])(?!000|666)\d{3}-(?!00)\d{2}-(?!0000)\d{4}(?![\w-])/g },
  { type: 'brazilian-cpf', pattern: /(?<![\w.-])\d{3}\.\d{3}\.\d{3}-\d{2}(?![\w-])/g, isValid: isCpf },
  { type: 'chinese-id', pattern: /(?<![\w.-])[1-8]\d{5}(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dXx](?![\w-])/g, isValid: isChineseId },
  { type: 'french-nir', pattern: /(?<![\w.-])[12] ?\d{2} ?(?:0[1-9]|1[0-2]|[2-9]\d) ?\d{2} ?\d{3} ?\d{3} ?\d{2}(?![\w-])/g, isValid: isFrenchNir },
  { type: 'spanish-id', pattern: /(?<![\w.-])(?:\d{8}|[XYZ]\d{7})-?[A-HJ-NP-TV-Z](?![\w-])/g, isValid: isSpanishId },
  { type: 'italian-fiscal-code', pattern: /(?<![\w.-])[A-Z]{6}\d{2}[A-EHLMPRST]\d{2}[A-Z]\d{3}[A-Z](?![\w-])/gi },
  { type: 'finnish-id', pattern: /(?<![\w.-])\d{6}[-+A]\d{3}[0-9A-FHJ-NPR-Y](?![\w-])/g, isValid: (value) => isFinnishId(value) && isDay(value.slice(2, 4), value.slice(0, 2)) },
  { type: 'swedish-id', pattern: /(?<![\w.-])(?:19|20)?\d{6}[-+]\d{4}(?![\w-])/g, isValid: (value) => passesLuhn(value.replace(/\D/g, '').slice(-10)) && isDay(value.slice(-9, -7), value.slice(-7, -5)) },
  { type: 'korean-id', pattern: /(?<![\w.-])\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])-[1-8]\d{6}(?![\w-])/g },
  { type: 'swiss-ahv', pattern: /(?<![\w.-])756\.\d{4}\.\d{4}\.\d{2}(?![\w-])/g },
  { type: 'uk-nino', pattern: /(?<![\w.-])[A-CEGHJ-PR-TW-Z]{2} \d{2} \d{2} \d{2} [A-D](?![\w-])/g },
  { type: 'singapore-nric', pattern: /(?<![\w.-])[STFGM]\d{7}[A-Z](?![\w-])/g },
  { type: 'indian-pan', pattern: /(?<![\w.-])[A-Z]{3}[ABCFGHLJPT][A-Z]\d{4}[A-Z](?![\w-])/g },
];

/** Identifiers told by their own form. */
export function selfEvidentIds(text: string): Finding[] {
  if (!HAS_NUMBER.test(text)) return [];
  return FORMATS.flatMap(({ type, pattern, isValid }) =>
    matchesOf(text, pattern)
      .filter((match) => isValid?.(match[0].replace(/[ .]/g, '').replace(type === 'finnish-id' || type === 'swedish-id' ? /$^/ : /-/g, '')) ?? true)
      .map((match) => ({ type, kind: 'personal' as const, start: match.index, end: match.index + match[0].length })),
  );
}

/** Words for documents and accounts. The type is what a placeholder calls it. */
const NAMED: ReadonlyArray<readonly [type: string, words: string]> = [
  ['passport', 'passports?|reisepass|pasaporte|passeport|passaporto|passaporte|paspoort|paszport|pasaport|паспорт[^\\s\\d:]{0,14}|护照|護照|パスポート|여권'],
  ['driver-license', "driv(?:er|ing)['’]?s?['’]? licen[cs]e|licen[cs]e(?= (?:number|no\\b|id\\b|#))|f[üu]hrerschein|permis de conduire|licencia de conducir|carn[eé] de conducir|patente(?= (?:di|n))|carteira de motorista|rijbewijs|k[öo]rkort|prawo jazdy|водительск[^\\s\\d:]{1,14}|驾驶证|運転免許"],
  ['social-security-number', "ssn|social security|sozialversicherung[^\\s\\d:]{0,14}|num[ée]ro de s[ée]curit[ée] sociale|seguridad social|previdência|nhs(?= (?:number|no))|national insurance|\\bnino\\b|ahv|снилс|マイナンバー|社会保障"],
  ['tax-id', 'tax ?id[^\\s\\d:]{0,14}|tax(?:payer)? (?:identification|number|file)|\\bt?fn\\b|\\b[aie]?tin\\b|\\bein\\b|steuer-?(?:id|nummer)[^\\s\\d:]{0,14}|num[ée]ro fiscal|codice fiscale|\\bnif\\b|\\bcpf\\b|\\bcnpj\\b|\\brfc\\b|инн|税号'],
  ['national-id', "national id|id[ -]?card|identity card|id(?:entification)? (?:number|no\\b|nr\\b)|voter id|aa?dh?aa?ra?|pan(?= (?:card|number|no))|personalausweis[^\\s\\d:]{0,14}|carte d['’]identit[ée]|carta d['’]identit[àa]|c[ée]dula|\\bdni\\b|\\bnie\\b|\\brg(?= n)|\\bbsn\\b|\\bpesel\\b|personnummer|henkil[öo]tunnus|\\bcurp\\b|身份证[^\\s\\d:]{0,14}|주민등록[^\\s\\d:]{0,14}"],
  ['bank-account', "(?:bank|savings|checking|current|giro|personal|my|his|her|their|the) account(?= (?:number|no\\b|#|\\w*\\d|details))|account (?:number|no\\b|nr\\b|#)|acct?\\b|acc(?=[:.#])|routing(?: number| no)?|sort code|ifsc|micr|\\bbic\\b|swift(?: code)?|iban|kontonummer|konto(?=[ :-]{1,2}\\d)|bankleitzahl|\\bblz\\b|num[ée]ro de compte|n[úu]mero de cuenta|cuenta(?= \\d)|conto corrente|conta(?= \\d)|rekeningnummer|numer konta|счет[^\\s\\d:]{0,14}|账号|口座番号"],
  ['medical-id', "patient (?:id|mrn|number|no)|\\bmrn\\b|medical record|medicare|medicaid|health (?:insurance|card)|insurance (?:policy|code|id|number|no|card)|policy (?:number|no\\b|#)|policyholder (?:id|number)|versicherungs?nummer|krankenkasse[^\\s\\d:]{0,14}|beneficiary (?:id|number)|member(?:ship)? (?:id|number|no)"],
];

// Without the u flag: five times faster, and these words need no letter beyond the first plane.
const CUE = new RegExp(`(?<![A-Za-z\\d_\\u00c0-\\u024f])(?:${NAMED.map(([, words]) => `(${words})`).join('|')})(?![A-Za-z])`, 'gi');
/** Most texts have no number that could be an identifier; asking costs a fiftieth of searching. */
const HAS_NUMBER = /\d{3}|\d[ .-]\d|[*X]{3}/;
// A few small words, signs and an opening quote; then the value: capitals, digits, stars and the separators people use.
const VALUE = /["'’s]{0,2}[\s:#=(]{0,3}(?:(?!\d)[\p{L}.°º]{1,14}[\s:#=("'‘“*/-]{1,4}){0,5}["'‘“(#*]{0,3}([A-Z]{0,8}[-: ]?(?=[\d*X-])[A-Z\d*X][A-Za-z\d*-]{1,24}(?:[ ./-][A-Z\d*]{2,6}){0,6}|[a-z]{1,2}\d{5,14}|[A-Z]{2,12}[-]?\d[A-Z\d-]{3,20})/uy;

/** Identifiers told by the word in front of them, in any form a country or a bank may use. */
export function namedIds(text: string): Finding[] {
  const findings: Finding[] = [];
  if (!HAS_NUMBER.test(text)) return findings;
  CUE.lastIndex = 0;
  for (let match = CUE.exec(text); match; match = CUE.exec(text)) {
    VALUE.lastIndex = match.index + match[0].length;
    const value = VALUE.exec(text)?.[1];
    if (value === undefined || !isIdentifying(value)) continue;
    const end = VALUE.lastIndex;
    findings.push({ type: NAMED[match.slice(1).findIndex((group) => group !== undefined)]![0], kind: 'personal', start: end - value.length, end });
    CUE.lastIndex = end;
  }
  return findings;
}

/** A year, a count or a date is not what identifies a person. */
function isIdentifying(value: string): boolean {
  const digits = value.replace(/\D/g, '').length;
  const hidden = value.match(/[*X]{3}/g)?.length ?? 0;
  if (/^(?:19|20)\d{2}-(?:0[1-9]|1[0-2])-[0-3]\d(?!\d)/.test(value)) return false;
  return digits >= 6 || (digits >= 5 && value.trim().length >= 5) || (digits >= 4 && /[A-Z-]/.test(value) && value.length >= 6) || (digits >= 2 && hidden >= 1);
}
