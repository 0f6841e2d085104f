import { InvalidInputError } from '../../kernel';
import { readNewGoal } from '../../runs';

const OPEN = { maxBudgetUsd: null, minPrivacy: 'public' } as const;
const NOW_MS = 1_000_000;
const read = (body: unknown, limits: Parameters<typeof readNewGoal>[1] = OPEN) => readNewGoal(body, limits, NOW_MS);
const messageOf = (body: unknown, limits = OPEN) => {
  try {
    read(body, limits);
  } catch (error) {
    expect(error).toBeInstanceOf(InvalidInputError);
    return (error as Error).message;
  }
  return 'was accepted';
};

it('reads a goal with its wishes', () => {
  expect(read({ goal: '  Build it ', title: 'T', privacy: 'secret', budgetUsd: 0.5, deadlineS: 60 })).toEqual({
    goal: 'Build it', title: 'T', limits: { privacy: 'secret', budgetUsd: 0.5, deadlineAtMs: NOW_MS + 60_000 },
  });
  expect(read({ goal: 'x' })).toEqual({ goal: 'x', limits: { privacy: 'internal', budgetUsd: null, deadlineAtMs: null } });
});

it.each([
  [{ budgetUsd: 5 }, { maxBudgetUsd: 2 }, { budgetUsd: 2 }],
  [{ budgetUsd: 1 }, { maxBudgetUsd: 2 }, { budgetUsd: 1 }],
  [{ budgetUsd: 0 }, { maxBudgetUsd: 2 }, { budgetUsd: 0 }],
  [{}, { maxBudgetUsd: 2 }, { budgetUsd: 2 }],
  [{ privacy: 'public' }, { minPrivacy: 'internal' }, { privacy: 'internal' }],
  [{ privacy: 'public' }, {}, { privacy: 'public' }],
  [{ privacy: 'secret' }, { minPrivacy: 'internal' }, { privacy: 'secret' }],
  [{}, { minPrivacy: 'secret' }, { privacy: 'secret' }],
  [{ deadlineS: 100 }, { maxDeadlineS: 10 }, { deadlineAtMs: NOW_MS + 10_000 }],
  [{}, { maxDeadlineS: 10 }, { deadlineAtMs: NOW_MS + 10_000 }],
] as const)('narrows only: %j within %j', (wishes, limits, expected) => {
  expect(read({ goal: 'x', ...wishes }, { ...OPEN, ...limits }).limits).toMatchObject(expected);
});

it.each([
  [{ goal: '   ' }, '"goal" is empty'],
  [{ goal: 'x'.repeat(1_048_576) }, '"goal" has 1,048,576 characters; at most 20,000 are taken'],
  [{ goal: 7 }, '"goal" must be a text'],
  [{}, '"goal" must be a text'],
  [[], 'The body must be a JSON object'],
  ['goal', 'The body must be a JSON object'],
  [null, 'The body must be a JSON object'],
  [{ goal: 'x', budgetUsd: -1 }, '"budgetUsd" must be 0 or more'],
  [{ goal: 'x', budgetUsd: '1' }, '"budgetUsd" must be a number'],
  [{ goal: 'x', deadlineS: 0 }, '"deadlineS" must be more than 0'],
  [{ goal: 'x', deadlineS: 1e300 }, '"deadlineS" must be at most'],
  [{ goal: 'x', privacy: 'private' }, '"privacy" must be one of public, internal, secret'],
  [{ goal: 'x', title: ' ' }, '"title" is empty'],
  [{ goal: 'x', project: '../../etc' }, '"project" cannot be the name of a project; use a plain name'],
  [{ goal: 'x', model: 'big' }, '"model" is no known field (known: goal, project, title, privacy, budgetUsd, deadlineS, callbackUrl, submittedBy)'],
  [{ goal: 'x', callbackUrl: 'https://example.com/x' }, 'goes to the host example.com, which is not on the list'],
  [{ goal: 'x', callbackUrl: 'file:///etc/passwd' }, 'is no http(s) address'],
  [{ goal: 'x', callbackUrl: 'nonsense' }, 'is no http(s) address'],
])('refuses %.60j', (body, message) => {
  expect(messageOf(body)).toContain(message);
});

it('tells every wrong field at once', () => {
  const message = messageOf({ goal: '', budgetUsd: -1 });
  expect(message).toContain('"goal"');
  expect(message).toContain('"budgetUsd"');
});

it('takes a callback to a listed host, without credentials in it', () => {
  const limits = { ...OPEN, callbackHosts: ['Hooks.example.com'] };
  expect(read({ goal: 'x', callbackUrl: 'https://hooks.example.com/a?b' }, limits).callbackUrl).toBe('https://hooks.example.com/a?b');
  expect(() => read({ goal: 'x', callbackUrl: 'https://me:pw@hooks.example.com/' }, limits)).toThrow(InvalidInputError);
  expect(() => read({ goal: 'x', callbackUrl: 'https://hooks.example.com.evil.test/' }, limits)).toThrow(InvalidInputError);
});
