import type { AnswerStore } from '../../router';

const DAY_MS = 24 * 60 * 60_000;

export interface OpenAnswers {
  /** As one process of the team has it; called twice for two. */
  open(bounds?: { entries: number; bytes: number; keptMs: number }): AnswerStore;
  close(): void;
}

/** What every store of answers must do, whatever it is made of. */
export function answerStoreContract(name: string, openStore: () => OpenAnswers): void {
  describe(`kept answers on ${name}`, () => {
    let store: OpenAnswers;
    const answer = (text: string, atMs = 1_000) => ({ text, atMs, usage: { promptTokens: 3, completionTokens: 4 }, costUsd: 0.25 as number | null });
    beforeEach(() => void (store = openStore()));
    afterEach(() => store.close());

    it('gives an answer to another process as it was kept', async () => {
      await store.open().keep('a', answer('Tea is a drink – 茶.'));
      await store.open().keep('b', { ...answer('Free?'), costUsd: null });
      expect(await store.open().find('a', 1_000)).toEqual(answer('Tea is a drink – 茶.'));
      expect((await store.open().find('b', 0))?.costUsd).toBeNull();
      expect(await store.open().find('c', 0)).toBeUndefined();
    });

    it('gives none that is older than asked for, and the newer one of two', async () => {
      const answers = store.open();
      await answers.keep('a', answer('old', 1_000));
      expect(await answers.find('a', 1_001)).toBeUndefined();
      await answers.keep('a', answer('new', 2_000));
      expect((await answers.find('a', 1_001))?.text).toBe('new');
    });

    it('has one secret for all processes, and it stays', async () => {
      const secret = await store.open().secret();
      expect(secret).toMatch(/^[0-9a-f]{64}$/);
      expect(await store.open().secret()).toBe(secret);
    });

    it('forgets the oldest beyond its number of entries', async () => {
      const answers = store.open({ entries: 2, bytes: 1_000, keptMs: DAY_MS });
      for (const [index, key] of ['a', 'b', 'c'].entries()) await answers.keep(key, answer(key, 1_000 + index));
      expect(await Promise.all(['a', 'b', 'c'].map(async (key) => (await answers.find(key, 0))?.text))).toEqual([undefined, 'b', 'c']);
    });

    it('forgets the oldest beyond its bytes, also when an answer is replaced by a longer one', async () => {
      const answers = store.open({ entries: 10, bytes: 20, keptMs: DAY_MS });
      await answers.keep('a', answer('0123456789', 1_000));
      await answers.keep('b', answer('01234', 1_001));
      await answers.keep('b', answer('012345678é', 1_002));
      expect(await answers.find('a', 0)).toBeUndefined();
      expect((await answers.find('b', 0))?.text).toBe('012345678é');
      await answers.keep('c', answer('012345678', 1_003));
      expect((await answers.find('b', 0))?.text).toBe('012345678é');
    });

    it('forgets what is older than its lifetime', async () => {
      const answers = store.open({ entries: 10, bytes: 1_000, keptMs: 100 });
      await answers.keep('a', answer('a', 1_000));
      await answers.keep('b', answer('b', 1_101));
      expect(await answers.find('a', 0)).toBeUndefined();
    });
  });
}
