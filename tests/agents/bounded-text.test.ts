import { boundedText } from '../../agents/bounded-text';

it('cuts between characters, never through one, and counts what is missing', () => {
  expect(boundedText('a😀😀', 2)).toBe('a\n[cut here: 4 of 5 characters are not shown]');
  expect(boundedText('a😀😀', 3)).toBe('a😀\n[cut here: 2 of 5 characters are not shown]');
});
