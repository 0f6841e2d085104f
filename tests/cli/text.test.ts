import { columnsOf, cutTo, wrapTo } from '../../cli/text/columns';
import { jsonLine, plainLines, plainText } from '../../cli/text/plain-text';

describe('text from a model', () => {
  it.each([
    ['a title for the window', '\u001b]0;pwned\u0007Build', 'Build'],
    ['colours', '\u001b[31mred\u001b[0m', 'red'],
    ['a cleared screen', 'a\u001b[2J\u001b[Hb', 'ab'],
    ['8-bit control sequences', 'a\u009b2Jb', 'ab'],
    ['a lone escape', 'a\u001bb', 'ab'],
    ['a carriage return that hides what stood there', 'rm -rf\rharmless', 'rm -rf harmless'],
    ['backspaces', 'ab\b\bcd', 'abcd'],
    ['a link that shows one address and opens another', '\u001b]8;;http://evil\u0007good\u001b]8;;\u0007', 'good'],
    ['text read backwards', 'exe.\u202efdp', 'exe.fdp'],
    ['line separators', 'a\u2028b\u0085c', 'a b c'],
  ])('cannot send %s to the terminal', (_what, hostile, shown) => {
    expect(plainText(hostile)).toBe(shown);
  });

  it('keeps its line breaks where it may have several lines', () => expect(plainLines('a\r\n\tb\u001b[1m\nc')).toBe('a\n  b\nc'));

  it('keeps letters of all scripts, emoji joined by U+200D included', () => expect(plainText('Füße 測試 👩‍💻 العربية')).toBe('Füße 測試 👩‍💻 العربية'));

  it('is escaped in JSON lines, the 8-bit controls included', () => {
    const line = jsonLine({ title: '\u001b[31m\u009b2J\u2028\u202e' });
    expect(line).toMatch(/^[\x20-\x7e]+$/);
    expect(JSON.parse(line)).toEqual({ title: '\u001b[31m\u009b2J\u2028\u202e' });
  });
});

describe('columns', () => {
  it.each([
    ['Build it', 20, 'Build it'],
    ['Build the whole thing', 10, 'Build the…'],
    ['測試網頁的標題', 7, '測試網…'],
    ['👩‍💻👩‍💻👩‍💻', 5, '👩‍💻👩‍💻…'],
    ['éééééé', 4, 'ééé…'],
    ['anything', 1, '…'],
    ['anything', 0, ''],
  ])('%s in %i', (text, columns, cut) => {
    expect(cutTo(columns, text)).toBe(cut);
    expect(columnsOf(cutTo(columns, text))).toBeLessThanOrEqual(columns);
  });

  it('breaks lines between words, keeps addresses whole and leaves code alone', () => {
    expect(wrapTo(12, 'one two three four')).toBe('one two\nthree four');
    expect(wrapTo(12, '- one two three four')).toBe('- one two\n  three four');
    expect(wrapTo(10, 'see http://127.0.0.1:5678/workflow/1 now')).toBe('see\nhttp://127.0.0.1:5678/workflow/1\nnow');
    expect(wrapTo(10, '```\nconst answer = 42;\n```')).toBe('```\nconst answer = 42;\n```');
  });
});
