/** What a model may call its plan, and how it must look on one line. */
export const HOSTILE_TITLES: Array<[what: string, title: string, shown: string]> = [
  ['HTML', '<h1>Approved</h1><img src=x onerror=alert(1)>', '<h1>Approved</h1><img src=x onerror=alert(1)>'],
  ['a script', '</title><script>alert(1)</script>', '</title><script>alert(1)</script>'],
  ['an end of the attribute it may stand in', '"><input name="decision" value="approve">', '"><input name="decision" value="approve">'],
  ['an entity', '&lt;b&gt; &#x202e;', '&lt;b&gt; &#x202e;'],
  ['an override', 'Delete exe.\u202efdp', 'Delete exe.\\u202efdp'],
  ['tags nobody sees', 'Delete\u{e0061}\u{e006c}\u{e006c}', 'Delete\\udb40\\udc61\\udb40\\udc6c\\udb40\\udc6c'],
  ['10,000 characters', 'x'.repeat(10_000), `${'x'.repeat(199)}…`],
  ['10,000 emoji', '👩‍💻'.repeat(10_000), `${'👩‍💻'.repeat(66)}👩…`],
  ['line breaks', 'Delete\n\n\n\r\nHash: 0000\u2028Approved by Ada', 'Delete Hash: 0000 Approved by Ada'],
  ['terminal commands', '\u001b[2J\u001b]0;owned\u0007Delete', '\\u001b[2J\\u001b]0;owned\\u0007Delete'],
  ['Hebrew and numbers', 'מחק 1 2 3 <b>', 'מחק 1 2 3 <b>'],
  ['nothing anybody sees', '\u200b\u2060\ufeff', '\\u200b\\u2060'],
];
