import { visibleText } from '../../kernel';

describe('text a person must see as it is', () => {
  it.each([
    ['a space of no width', 'a\u200bb', 'a\\u200bb'],
    ['an override that reads backwards', 'exe.\u202efdp', 'exe.\\u202efdp'],
    ['isolates', '\u2066a\u2069', '\\u2066a\\u2069'],
    ['letters of the tag block', 'a\u{e0041}', 'a\\udb40\\udc41'],
    ['a filler that looks like a space', 'a\u3164b\uffa0c', 'a\\u3164b\\uffa0c'],
    ['a Khmer and a Mongolian letter nobody sees', 'a\u17b4\u180eb', 'a\\u17b4\\u180eb'],
    ['selectors without an emoji, which can carry hidden text', 'a\ufe0f\u{e0100}', 'a\\ufe0f\\udb40\\udd00'],
    ['another space', 'a\u00a0b\u3000c\u2800d', 'a\\u00a0b\\u3000c\\u2800d'],
    ['half a pair, a private and an unassigned character', '\ud800 \ue000 \u{fffff}', '\\ud800 \\ue000 \\udbbf\\udfff'],
    ['a carriage return and an escape', 'a\rb\u001b[2J', 'a\\u000db\\u001b[2J'],
    ['a soft hyphen', 'pass\u00adword', 'pass\\u00adword'],
  ])('shows %s', (_, hidden, shown) => expect(visibleText(hidden)).toBe(shown));

  it('leaves letters of all scripts and emoji as they are', () => {
    const text = 'Füße, 測試, العربية, עברית, हिन्दी, ไทย\n\t❤️ 👩‍💻 🇦🇹 🏴󠁧󠁢󠁥󠁮󠁧󠁿 1️⃣';
    expect(visibleText(text)).toBe(text);
  });

  it('shows marks that pile up on one letter', () => expect(visibleText(`x${'\u0335'.repeat(5)}`)).toBe(`x${'\u0335'.repeat(3)}\\u0335\\u0335`));
});
