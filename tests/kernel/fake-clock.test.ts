import { CancelledError } from '../../kernel';
import { fakeClock } from '../support/fake-clock';

it('fires what is due, in order, at its own time', () => {
  const clock = fakeClock(0);
  const fired: Array<[string, number]> = [];
  clock.after(20, () => fired.push(['late', clock.nowMs()]));
  clock.after(10, () => fired.push(['early', clock.nowMs()]));
  clock.after(10, () => fired.push(['never', clock.nowMs()]))();
  clock.advance(15);
  expect(fired).toEqual([['early', 10]]);
  clock.advance(15);
  expect(fired).toEqual([['early', 10], ['late', 20]]);
  expect([clock.nowMs(), clock.pending()]).toEqual([30, 0]);
});

it('lets a loop of sleeps run on', async () => {
  const clock = fakeClock(0);
  const wokenAt: number[] = [];
  const loop = (async () => {
    while (wokenAt.length < 3) {
      await clock.sleep(10);
      wokenAt.push(clock.nowMs());
    }
  })();
  await clock.advanceAndSettle(30);
  await loop;
  expect(wokenAt).toEqual([10, 20, 30]);
});

it('wakes a sleeper whose signal fires', async () => {
  const clock = fakeClock();
  const controller = new AbortController();
  const sleeping = clock.sleep(10, controller.signal);
  controller.abort();
  await expect(sleeping).rejects.toThrow(CancelledError);
  await expect(clock.sleep(10, controller.signal)).rejects.toThrow(CancelledError);
  expect(clock.pending()).toBe(0);
});
