import type { Cap, CapStore } from '../../router';
import { fakeClock, type FakeClock } from '../support/fake-clock';

const LEASE_MS = 30_000;

/** What caps must hold out, whatever counts them. `open` is called twice, as two processes do. */
export function capStoreContract(name: string, openStore: () => { open(clock: FakeClock): CapStore; close(): void }): void {
  describe(`caps counted by ${name}`, () => {
    let clock: FakeClock;
    let opened: ReturnType<typeof openStore>;
    let [store, second]: CapStore[] = [];
    let count = 0;
    const cap = (rule: Partial<Cap>): Cap => ({ key: 'provider anthropic', name: 'anthropic', ...rule });
    const begin = async (rule: Partial<Cap>, { tokens = 100, in: where = store!, slotId = `slot-${(count += 1)}`, sinceMs = clock.nowMs(), waits = false } = {}) => ({ slotId, ...(await where.begin({ slotId, caps: [cap(rule)], tokens, leaseMs: LEASE_MS, sinceMs, waits })) });

    beforeEach(() => {
      clock = fakeClock();
      opened = openStore();
      [store, second] = [opened.open(clock), opened.open(clock)];
    });
    afterEach(() => opened.close());

    it('lets so many calls be under way at once, in all processes together', async () => {
      const first = await begin({ concurrency: 2 });
      expect((await begin({ concurrency: 2 }, { in: second! })).begun).toBe(true);
      expect(await begin({ concurrency: 2 })).toMatchObject({ begun: false, full: { name: 'anthropic' }, retryInMs: 0 });
      await second!.end({ slotId: first.slotId, caps: [cap({})] }, 100);
      expect((await begin({ concurrency: 2 })).begun).toBe(true);
    });

    it('gives a free slot to whoever has waited longest, in whatever process, as long as he still asks', async () => {
      const first = await begin({ concurrency: 1 });
      const waiter = { slotId: 'waiter', sinceMs: clock.nowMs(), waits: true, in: second! };
      await begin({ concurrency: 1 }, waiter);
      clock.advance(10);
      await store!.end({ slotId: first.slotId, caps: [cap({})] }, undefined);
      expect((await begin({ concurrency: 1 })).begun).toBe(false);
      expect((await begin({ concurrency: 1 }, waiter)).begun).toBe(true);
      await second!.end({ slotId: 'waiter', caps: [cap({})] }, undefined);
      const { slotId } = await begin({ concurrency: 1 });
      await begin({ concurrency: 1 }, { ...waiter, slotId: 'gone' });
      await store!.end({ slotId, caps: [cap({})] }, undefined);
      clock.advance(1_000);
      expect((await begin({ concurrency: 1 })).begun).toBe(true);
    });

    it('frees the slot of a crashed process when its lease ends, and keeps one that is renewed', async () => {
      const { slotId } = await begin({ concurrency: 1 });
      clock.advance(LEASE_MS - 1);
      await store!.renew({ slotId, caps: [cap({})], leaseMs: LEASE_MS });
      clock.advance(LEASE_MS - 1);
      expect((await begin({ concurrency: 1 }, { in: second! })).begun).toBe(false);
      clock.advance(1);
      expect((await begin({ concurrency: 1 }, { in: second! })).begun).toBe(true);
    });

    it('lets so many requests begin within any 60 s, and says when the next may', async () => {
      await begin({ requestsPerMinute: 2 });
      clock.advance(20_000);
      await begin({ requestsPerMinute: 2 }, { in: second! });
      expect(await begin({ requestsPerMinute: 2 })).toMatchObject({ begun: false, retryInMs: 40_000 });
      clock.advance(40_000);
      expect((await begin({ requestsPerMinute: 2 })).begun).toBe(true);
      expect(await begin({ requestsPerMinute: 2 })).toMatchObject({ begun: false, retryInMs: 20_000 });
    });

    it('lets so many tokens through within any 60 s, first as estimated and then as counted', async () => {
      const { slotId } = await begin({ tokensPerMinute: 1_000 }, { tokens: 900 });
      expect(await begin({ tokensPerMinute: 1_000 }, { in: second! })).toMatchObject({ begun: true });
      expect(await begin({ tokensPerMinute: 1_000 })).toMatchObject({ begun: false, retryInMs: 60_000 });
      await store!.end({ slotId, caps: [cap({})] }, 500);
      expect((await begin({ tokensPerMinute: 1_000 }, { tokens: 400 })).begun).toBe(true);
      expect((await begin({ tokensPerMinute: 1_000 })).begun).toBe(false);
    });

    it('lets a call that is larger than its whole minute begin when nothing else counts', async () => {
      expect((await begin({ tokensPerMinute: 1_000 }, { tokens: 5_000 })).begun).toBe(true);
      expect(await begin({ tokensPerMinute: 1_000 }, { tokens: 1 })).toMatchObject({ begun: false, retryInMs: 60_000 });
    });

    it('counts a call in all of its caps or in none', async () => {
      const model = cap({ key: 'model anthropic/claude', name: 'claude', concurrency: 1 });
      const both = (slotId: string) => store!.begin({ slotId, caps: [cap({ requestsPerMinute: 2 }), model], tokens: 1, leaseMs: LEASE_MS, sinceMs: clock.nowMs(), waits: false });
      expect((await both('a')).begun).toBe(true);
      expect(await both('b')).toMatchObject({ begun: false, full: { name: 'claude' } });
      expect((await begin({ requestsPerMinute: 2 })).begun).toBe(true);
      expect((await begin({ requestsPerMinute: 2 })).begun).toBe(false);
    });

    it('lets exactly as many of a hundred calls from two processes begin as it may', async () => {
      const answers = await Promise.all(Array.from({ length: 100 }, (_, index) => begin({ concurrency: 7, requestsPerMinute: 50 }, { in: index % 2 ? store! : second! })));
      expect(answers.filter(({ begun }) => begun)).toHaveLength(7);
    });
  });
}
