import { estimateTokenCount } from 'tokenx';
import { asciiTokenCount } from '../../router/ascii-tokens';

const PIECES = ['\n', ' ', '\t', '\r', '\v', 'a', 'word', 'Word', "don't", '12', '3456', '.', '!?', '==', '"', '_', '-', '**', 'internationalisation', '\u0000', '\u007f', '\\', '|'];

/** The same texts each time. */
function textAt(seed: number): string {
  let state = seed * 2_654_435_761 + 1;
  const next = (limit: number): number => (state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0) % limit;
  return Array.from({ length: seed % 12 }, () => (next(5) === 0 ? String.fromCharCode(next(128)) : PIECES[next(PIECES.length)])).join('');
}

describe('tokens of a text of ASCII alone', () => {
  it('are as many as tokenx counts', () => {
    for (let seed = 0; seed < 20_000; seed += 1) expect({ text: textAt(seed), tokens: asciiTokenCount(textAt(seed)) }).toEqual({ text: textAt(seed), tokens: estimateTokenCount(textAt(seed)) });
  });

  it('are left to tokenx where one other letter stands in it', () => expect(asciiTokenCount('Tea for two, café')).toBeUndefined());
});
