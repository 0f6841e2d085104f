import type { Calibration, CalibrationStore } from '../../router';
import { fakeClock, type FakeClock } from '../support/fake-clock';

const calibration = (outcomes: number) => ({ success: { means: [0.25, 1], factors: [1, 0], coefficients: [0.125, -2e-7] }, outcomes }) as Calibration;

/** What every store of a team's calibration must do. `open` may be called twice for two processes on one store. */
export function calibrationStoreContract(name: string, openStore: () => { open(clock: FakeClock): CalibrationStore; damage(): Promise<void>; close(): void }): void {
  describe(`calibration store on ${name}`, () => {
    let clock: FakeClock;
    let store: ReturnType<typeof openStore>;
    let one: CalibrationStore;
    let other: CalibrationStore;
    beforeEach(() => {
      clock = fakeClock();
      store = openStore();
      [one, other] = [store.open(clock), store.open(clock)];
    });
    afterEach(() => store.close());

    it('is empty at first', async () => {
      expect(await one.read()).toEqual({ version: 0, calibration: undefined, sinceMs: 0 });
    });

    it('shows every process what is in force and since when', async () => {
      const second = { ...calibration(250), former: calibration(120) };
      expect(await one.replace(0, calibration(120))).toBe(true);
      clock.advance(1_000);
      expect(await other.replace(1, second)).toBe(true);
      expect(await one.read()).toEqual({ version: 2, calibration: second, sinceMs: clock.nowMs() });
    });

    it('can go back to none', async () => {
      await one.replace(0, calibration(120));
      expect(await one.replace(1, undefined)).toBe(true);
      expect(await other.read()).toMatchObject({ version: 2, calibration: undefined });
    });

    it('takes what cannot be read for none, and lets it be replaced', async () => {
      await one.replace(0, calibration(120));
      await store.damage();
      const { version, calibration: kept } = await one.read();
      expect(kept).toBeUndefined();
      expect(await other.replace(version, calibration(250))).toBe(true);
      expect(await one.read()).toMatchObject({ calibration: { outcomes: 250 } });
    });

    it('refuses who has not read the last word', async () => {
      expect(await one.replace(0, calibration(120))).toBe(true);
      expect(await other.replace(0, calibration(999))).toBe(false);
      expect(await one.read()).toMatchObject({ version: 1, calibration: { outcomes: 120 } });
    });
  });
}
