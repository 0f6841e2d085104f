import { passesLuhn } from './checksums';
import type { Finding } from './finding';
import { matchesOf } from './matches';

/** A run of digits with the separators people write; a letter, a dot or a dash in front makes it part of something else. */
const NUMBER = /(?<![\w./\\-]|[\w.]\+)(?:\+ ?)?\(?\d(?:[ \u00a0.()/–-]{0,3}\d){5,22}(?:\s?(?:x|ext\.?)\s?\d{1,6})?(?![\w%]|[./:-]\d|-[A-Za-z])/g;
const CUE_UNITS = 56;

const CARD_CUE = /card|credit|debit|visa|maestro|master ?card|amex|karte|carte|tarjeta|cart[ãa]o|carta|kort|kaart|карт|卡|カード/i;
const PHONE_CUE = /phone|\btel\b|\btel[.:]|mobile|\bmob[.:]|\bcell(?:phone)?\b|\bfax\b|\bdesk\b|\bcall(?:s|ed|ing)?\b|\bdial(?:s|ed|ing)?\b|\bsms\b|whatsapp|\breach\b|\bcontact\b|messages? to\b|\bring\b|text me|hotline|landline|t[eé]l[eéè]f|m[óo]vil|celular|appele[rz]|portable|\bruf(?:en|e|nummer)?\b|anruf|handy|\bmobil|nummer\b|cellulare|chiama|telem[óo]vel|ligar|ligue|bellen|\bringa?\b|puhelin|телефон|звони|номер|电话|手机|電話|携帯|전화|हाथ|फ़ोन|فون|هاتف/i;

/** Payment cards and telephone numbers. */
export function personalNumbers(text: string): Finding[] {
  const findings: Finding[] = [];
  for (const match of matchesOf(text, NUMBER)) {
    const before = text.slice(Math.max(0, match.index - CUE_UNITS), match.index);
    findings.push(...(cardIn(match[0], match.index, before) ?? phoneIn(match[0], match.index, before, text) ?? []));
  }
  return findings;
}

/** Groups as printed on cards: 4-4-4-4 (-3), 4-6-5, 4-6-4, or all in one. */
const PRINTED = /(?<!\d)(?:\d{4}([ \u00a0.-]{1,3})\d{4}\1\d{4}\1\d{4}(?:\1\d{3})?|\d{4}([ \u00a0.-])\d{6}\2\d{4,5}|\d{12,19})(?!\d)/g;

function cardIn(number: string, at: number, before: string): Finding[] | undefined {
  const cards = matchesOf(number, PRINTED).flatMap((match): Finding[] => {
    const digits = match[0].replace(/\D/g, '');
    const isNamed = CARD_CUE.test(before);
    const isCard = passesLuhn(digits) ? isIssued(digits) || (isNamed && mayBeIssued(digits)) : isNamed && isIssued(digits);
    return isCard ? [{ type: 'credit-card', kind: 'personal', start: at + match.index, end: at + match.index + match[0].length }] : [];
  });
  return cards.length > 0 ? cards : undefined;
}

/** Issuer ranges with the length each uses today (ISO/IEC 7812 registry as published by the card schemes, 2026-11-21). */
function isIssued(digits: string): boolean {
  const first = Number(digits.slice(0, 4).padEnd(4, '0'));
  switch (digits.length) {
    case 14: return (first >= 3000 && first <= 3059) || (first >= 3600 && first <= 3699) || (first >= 3800 && first <= 3999) || (first >= 3095 && first <= 3099);
    case 15: return (first >= 3400 && first <= 3499) || (first >= 3700 && first <= 3799) || first === 1800 || first === 2131;
    case 16: return (first >= 4000 && first <= 5999) || (first >= 2221 && first <= 2720) || (first >= 2200 && first <= 2204) || (first >= 3528 && first <= 3589) || (first >= 6000 && first <= 6999) || (first >= 8100 && first <= 8299);
    default: return false;
  }
}

/** Lengths that are rare, and usual for other numbers: only with a word that says card. */
const mayBeIssued = (digits: string): boolean => digits.length >= 12 && /^[2-6]|^1800|^8[12]/.test(digits);

const NORTH_AMERICAN = /^(?:\+?1[ .-])?(?:\([2-9]\d{2}\) ?|[2-9]\d{2}[.-])[2-9]\d{2}[.-]\d{4}(?:\s?(?:x|ext\.?)\s?\d{1,6})?$/;
const FRENCH = /^0[1-9](?:[ .-])\d\d(?:[ .-]\d\d){3}$/;
const DATE_OR_AMOUNT = /^(?:(?:19|20)\d{2}[-/.](?:0?[1-9]|1[0-2])[-/.][0-3]?\d|[0-3]?\d[/.-][0-3]?\d[/.-](?:19|20)?\d{2})(?![\d./-])|^\d{1,3}(?:\.\d{3})+(?:\.\d+)?$/;

function phoneIn(number: string, at: number, before: string, text: string): Finding[] | undefined {
  const digits = number.replace(/(?:x|ext).*$/, '').replace(/\D/g, '');
  if (digits.length > 15 || DATE_OR_AMOUNT.test(number)) return undefined;
  const isPhone = isInternational(number, digits) || NORTH_AMERICAN.test(number) || FRENCH.test(number) || isCued(number, digits, before, text.slice(at + number.length, at + number.length + 3));
  return isPhone ? [{ type: 'phone-number', kind: 'personal', start: at, end: at + number.length }] : undefined;
}

// Country codes in use (ITU-T E.164, list of 2026-11-21). libphonenumber-js knows each country's lengths too, but takes 10 µs for a number:
// a page of numbers would hold up the process (docs/decisions/0010).
const CALLING_CODE = /^(?:1|7|2[07]|3[0-469]|4[013-9]|5[1-8]|6[0-6]|8[1246]|9[0-58]|2[1-689]\d|3[578]\d|42[0-3]|5[09]\d|6[789]\d|8[0578]\d|9[679]\d)/;

function isInternational(number: string, digits: string): boolean {
  if (!/^(?:\+|00[1-9]\d{0,2}[ .()/-])/.test(number)) return false;
  const behindPlus = digits.replace(/^00/, '');
  // The shortest numbers with a country code have 8 digits, E.164 allows 15.
  return behindPlus.length >= 8 && CALLING_CODE.test(behindPlus);
}

// Between the word and the number: code, an address, or a word for another kind of number.
const OTHER_NUMBER = /[;{}=]|:\/\/|ticket|order|invoice|case\b|issue|article|version|bestell|rechnung|factur|pedido|commande/i;

/** In the same line as a word for telephone: seven digits and more, or six in groups with nothing behind them. */
function isCued(number: string, digits: string, before: string, behind: string): boolean {
  const isShort = digits.length < 7;
  if (isShort && (digits.length < 6 || !/\d\D+\d/.test(number) || /^ ?\p{L}/u.test(behind))) return false;
  const line = before.slice(before.lastIndexOf('\n') + 1);
  const cue = PHONE_CUE.exec(line);
  return cue !== null && !OTHER_NUMBER.test(line.slice(cue.index));
}
