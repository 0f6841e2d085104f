import { openLoopGuard } from '../../agents/loop-guard';

const call = (name: string, result = 'ok', args = {}) => ({ name, arguments: args, result });
const firstCircle = (calls: ReturnType<typeof call>[]) => {
  const guard = openLoopGuard();
  return calls.findIndex((each) => guard.goesInCircles(each));
};

it('sees the same call with the same result three times in a row', () => {
  expect(firstCircle([call('a'), call('b'), call('b'), call('b')])).toBe(3);
});

it('sees two or three calls that go round', () => {
  expect(firstCircle(['a', 'b', 'a', 'b', 'a', 'b'].map((name) => call(name)))).toBe(5);
  expect(firstCircle(['x', 'a', 'b', 'c', 'a', 'b', 'c', 'a', 'b', 'c'].map((name) => call(name)))).toBe(9);
});

it('lets a call be made again whose result or arguments change', () => {
  expect(firstCircle([1, 2, 3, 4, 5].map((number) => call('status', `${number} %`)))).toBe(-1);
  expect(firstCircle([1, 2, 3, 4, 5].map((page) => call('read', 'ok', { page })))).toBe(-1);
});
