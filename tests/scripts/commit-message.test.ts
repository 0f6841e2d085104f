import { commitFindings } from '../../scripts/commit-message';

describe('a commit message', () => {
  it.each(['feat(router): a model that was just pulled is found at once', 'fix: two things', 'chore(deps): x', 'feat(runs,workspace): x', 'feat(api)!: the field "to" is gone', 'revert: feat: x'])('may read "%s"', (subject) => {
    expect(commitFindings(subject)).toEqual([]);
  });

  it.each([
    ['Merged stuff', /should read like/],
    ['feat(router):no space', /should read like/],
    ['Fix: big letter', /should read like/],
    ['feature(router): x', /none of feat, fix/],
    ['fix: an end.', /full stop/],
    [`fix: ${'long '.repeat(30)}end`, /characters/],
  ])('may not read "%s"', (subject, reason) => {
    expect(commitFindings(subject).join()).toMatch(reason);
  });
});
