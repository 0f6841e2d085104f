import { playMatrix, type PlayedCell } from '../bench/faults/matrix';

it('every fault of every service ends with an answer or an error that says so, two seeds', async () => {
  const played: PlayedCell[] = [];
  await playMatrix([1, 2], 16, (cell) => void played.push(cell));
  expect(played.filter(({ faults }) => faults.length > 0)).toEqual([]);
  expect(played.filter(({ answered }) => answered).length).toBeGreaterThan(50);
  expect(played.some(({ cut }) => cut)).toBe(true);
}, 60_000);
