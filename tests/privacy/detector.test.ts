import * as fc from 'fast-check';
import { CancelledError } from '../../kernel';
import { scanLongText, scanSlices, scanText } from '../../privacy';

// Cut in two, so that this file holds nothing a scanner of repositories would take for a key.
const KEY = `gh${'p_'}aB3dE5gH7jK9mN1pQ3rS5tU7vW9xY1zA3bC5`;
const PEM = `-----BEGIN PRIVATE${' KEY-----'}\n${'MIIEvQIBADANBgkqhkiG9w0BAQEFAASC\n'.repeat(50)}-----END PRIVATE${' KEY-----'}`;
const rest = () => new Promise<void>((resolve) => setImmediate(resolve));

/** What was found, as `type: text`. */
const found = (text: string) => scanText(text).map(({ type, start, end }) => `${type}: ${text.slice(start, end)}`);

describe('the detector finds', () => {
  it.each([
    ['a key without a word about it', KEY, `github-token: ${KEY}`],
    ['a key with a word about it', 'our key 7f3k9d0s2m4n6b8v1c5x for the shop', 'generic-secret: 7f3k9d0s2m4n6b8v1c5x'],
    ['a password in prose', 'the password is R3boot!Now, please change it', 'password: R3boot!Now'],
    ['a password in code', 'connect(user="ada", password="tr0ub4dor&3")', 'password: tr0ub4dor&3'],
    ['a password in other languages', 'Mi contraseña es Gato2024', 'password: Gato2024'],
    ['a password in an address', 'redis://:hunter22hunter@cache:6379', 'connection-string: redis://:hunter22hunter@cache:6379'],
    ['a whole private key', `here: ${PEM} bye`, `private-key: ${PEM}`],
    ['a card', 'card 4111-1111-1111-1111 please', 'credit-card: 4111-1111-1111-1111'],
    ['an IBAN', 'pay DE89 3704 0044 0532 0130 00 now', 'iban: DE89 3704 0044 0532 0130 00'],
    ['a telephone number', 'call me on 9472 7916 today', 'phone-number: 9472 7916'],
    ['an international one', 'x +41 (0)96 471 07 95 y', 'phone-number: +41 (0)96 471 07 95'],
    ['a mail address', 'write to Ada.Keller+shop@corp.co.uk.', 'email-address: Ada.Keller+shop@corp.co.uk'],
    ['a social security number', 'it is 521-44-9382, he said', 'us-ssn: 521-44-9382'],
    ['a passport', 'passport number P4789023X', 'passport: P4789023X'],
    ['a public IP address', 'from 41.173.96.26 again', 'ip-address: 41.173.96.26'],
    ['a Spanish identity number', 'DNI 12345678Z', 'spanish-id: 12345678Z'],
  ])('%s', (_what, text, expected) => {
    expect(found(text)).toEqual([expected]);
  });

  it.each([
    ['zero-width characters', `${KEY.slice(0, 9)}\u200b${KEY.slice(9)}`],
    ['soft hyphens', [...KEY].join('\u00ad')],
    ['letters of another script', KEY.replace('p', '\u0440')],
    ['markup', `gh**p_${KEY.slice(4)}`],
    ['JSON', JSON.stringify({ text: `line\n${KEY}` })],
    ['JSON in JSON', JSON.stringify(JSON.stringify({ text: `line\n${KEY}` }))],
    ['an address', `https://x.io/?next=${encodeURIComponent(`https://y.io/?a=${KEY}`)}`],
    ['base64', `data: ${Buffer.from(`token: ${KEY}`).toString('base64')}`],
  ])('a key hidden by %s', (_how, text) => {
    expect(scanText(text)).toHaveLength(1);
  });

  it.each(['４１１１１１１１１１１１１１１１', '٤١١١ ١١١١ ١١١١ ١١١١', '४१११११११११११११११', '๔๑๑๑๑๑๑๑๑๑๑๑๑๑๑๑'])('a card in other digits: %s', (card) => {
    const text = `card ${card} lost`;
    expect(found(text)).toEqual([`credit-card: ${card}`]);
  });
});

describe('the detector leaves alone', () => {
  it.each([
    'export API_KEY=<your-api-key> DB_PASSWORD=${DB_PASSWORD}',
    `a token looks like gh${'p_'}xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx`,
    'const token = await getToken(process.env.CLIENT_ID);',
    'def check(password: str) -> bool: return bcrypt.checkpw(password.encode(), user.password_hash)',
    'Commit 9a3f0c1d2e4b5a6978877665544332211aabbccd broke it; sha256:aaaaabbbbbcccccdddddeeeeefffff00000111112222233333444445555566666',
    'order 1234567890, version 10.4.2.1, 2026-11-21 14:30:12, 1.234.567,00 euros, pi = 3.14159265358979',
    'listens on 127.0.0.1 and 192.168.1.20, mask 255.255.255.0, see section 3.1.2.1',
    'mail to someone@example.com or no-reply@corp.de; git@github.com:corp/shop.git',
    'the primary key user_id_2 and max_tokens 4096',
    'account in 2024, call the function 3 times',
  ])('%s', (text) => {
    expect(found(text)).toEqual([]);
  });
});

describe('a long text', () => {
  it('hides nothing at the border of two slices', () => {
    // A slice has 4,096 units; keys begin at every place around its end.
    for (let before = 4_010; before < 4_160; before++) {
      const text = `${'word '.repeat(4_000).slice(0, before)} ${KEY} ${'word '.repeat(3_000)}`;
      expect(scanText(text).map(({ start }) => start)).toEqual([before + 1]);
    }
  });

  it('keeps its word and its value together over a border', () => {
    const text = `${'x '.repeat(2_042)}my password is R3boot!Now and so on`;
    expect(found(text)).toEqual(['password: R3boot!Now']);
  });

  it('gives the same in slices with pauses as in one go', async () => {
    const text = `${PEM}\n${'some words, '.repeat(900)}${KEY} ada@corp.de ${'and more '.repeat(1_200)}card 4111 1111 1111 1111`;
    let pauses = 0;
    const findings = await scanLongText(text, { pause: async () => void (pauses++, await rest()) });
    expect(findings).toEqual(scanText(text));
    expect(findings.map(({ type }) => type)).toEqual(['private-key', 'github-token', 'email-address', 'credit-card']);
    expect(pauses).toBeGreaterThanOrEqual(2);
  });

  it('is left at once when the caller has what he needs, or cancels', async () => {
    let pauses = 0;
    const options = { pause: async () => void pauses++ };
    for await (const finding of scanSlices([`first ${KEY}`, 'x'.repeat(100_000)], options)) {
      expect(finding).toMatchObject({ textIndex: 0, type: 'github-token', kind: 'secret' });
      break;
    }
    expect(pauses).toBe(0);
    const stop = new AbortController();
    stop.abort();
    await expect(scanLongText('x'.repeat(100_000), { ...options, signal: stop.signal })).rejects.toThrow(CancelledError);
  });

  it('counts many short texts together', async () => {
    let pauses = 0;
    const texts = Array.from({ length: 1_000 }, () => 'twenty characters ok');
    for await (const finding of scanSlices(texts, { pause: async () => void pauses++ })) expect(finding).toBeUndefined();
    expect(pauses).toBe(4);
  });
});

it('points into the text it was given, whatever stands in it', () => {
  const piece = fc.oneof(fc.string({ unit: 'grapheme' }), fc.constantFrom(KEY, 'password=Ab1!cd9x', '\\n', '%41', '\u200b', '４１', '&#64;', '4111111111111111', '@corp.de', 'ada', 'аb'));
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
      const text = pieces.join('');
      const findings = scanText(text);
      let last = 0;
      for (const { start, end } of findings) {
        expect(start).toBeGreaterThanOrEqual(last);
        expect(end).toBeGreaterThan(start);
        last = end;
      }
      expect(last).toBeLessThanOrEqual(text.length);
    }),
  );
});
