import { MAX_SESSION_MESSAGES, type SessionMessage, type SessionStore } from '../../memory';

const TERMS = { keptMs: 60_000 };
export const said = (role: SessionMessage['role'], text: string): SessionMessage => ({ role, text, raw: { role, content: [{ type: 'text', text }] } });

export interface OpenSessions {
  /** As one process of the team has it; called twice for two. */
  open(): SessionStore;
  /** Lets time go by. */
  wait(ms: number): Promise<void> | void;
}

/** What every store of conversations must do, whatever it is made of. */
export function sessionStoreContract(name: string, openStore: () => OpenSessions): void {
  describe(`sessions on ${name}`, () => {
    let store: OpenSessions;
    beforeEach(() => void (store = openStore()));

    it('gives the messages of a session, in order, to another process, and no other session', async () => {
      await store.open().append('a', [said('user', 'Grüße, 世界'), said('assistant', 'Hello')], TERMS);
      await store.open().append('a', [said('user', 'Again')], TERMS);
      expect(await store.open().read('a')).toEqual({ summary: '', firstNumber: 0, messages: [said('user', 'Grüße, 世界'), said('assistant', 'Hello'), said('user', 'Again')] });
      expect(await store.open().read('b')).toEqual({ summary: '', firstNumber: 0, messages: [] });
    });

    it('keeps together what is added together, while others add at the same time', async () => {
      await Promise.all(Array.from({ length: 20 }, (_, turn) => store.open().append('a', [said('user', `q${turn}`), said('assistant', `a${turn}`)], TERMS)));
      const { messages } = await store.open().read('a');
      expect(messages).toHaveLength(40);
      for (let at = 0; at < 40; at += 2) expect(messages[at + 1]!.text).toBe(messages[at]!.text.replace('q', 'a'));
    });

    it('puts a summary in the place of the oldest messages, once', async () => {
      const sessions = store.open();
      await sessions.append('a', [said('user', '1'), said('assistant', '2'), said('user', '3')], TERMS);
      expect(await sessions.compact('a', { firstNumber: 0, count: 2, summary: 'They counted.' })).toBe(true);
      expect(await store.open().compact('a', { firstNumber: 0, count: 2, summary: 'Too late.' })).toBe(false);
      expect(await sessions.read('a')).toEqual({ summary: 'They counted.', firstNumber: 2, messages: [said('user', '3')] });
    });

    it(`lets the oldest make room beyond ${MAX_SESSION_MESSAGES} messages`, async () => {
      const sessions = store.open();
      await sessions.append('a', Array.from({ length: MAX_SESSION_MESSAGES }, (_, index) => said('user', String(index))), TERMS);
      await sessions.append('a', [said('user', 'newest')], TERMS);
      const { firstNumber, messages } = await sessions.read('a');
      expect([firstNumber, messages.length, messages[0]!.text, messages.at(-1)!.text]).toEqual([1, MAX_SESSION_MESSAGES, '1', 'newest']);
    });

    it('forgets a session some time after its last message', async () => {
      const sessions = store.open();
      await sessions.append('a', [said('user', '1')], { keptMs: 1_000 });
      await sessions.append('a', [said('user', '2')], TERMS);
      await store.wait(1_100);
      expect((await sessions.read('a')).messages).toHaveLength(2);
      await sessions.append('a', [said('user', '3')], { keptMs: 100 });
      await store.wait(200);
      expect((await sessions.read('a')).messages).toEqual([]);
      await sessions.append('a', [said('user', '4')], TERMS);
      expect((await sessions.read('a')).messages).toEqual([said('user', '4')]);
    });

    it('erases a session for each of those who talked in it', async () => {
      const sessions = store.open();
      for (const user of ['ada', 'bob', undefined]) await sessions.append('shared', [said('user', `I am ${user}`)], { ...TERMS, user });
      expect([await sessions.countOfUser('ada'), await sessions.countOfUser('bob')]).toEqual([1, 1]);
      expect(await sessions.removeOfUser('ada')).toBe(1);
      expect((await sessions.read('shared')).messages).toEqual([]);
      expect(await sessions.countOfUser('bob')).toBe(0);
    });

    it('clears one session, or all of one user', async () => {
      const sessions = store.open();
      for (const id of ['a', 'b', 'c']) await sessions.append(id, [said('user', id)], { ...TERMS, user: id === 'c' ? undefined : 'ada' });
      expect(await sessions.countOfUser('ada')).toBe(2);
      await sessions.clear('b');
      expect(await store.open().removeOfUser('ada')).toBe(1);
      expect(await Promise.all(['a', 'b', 'c'].map(async (id) => (await sessions.read(id)).messages.length))).toEqual([0, 0, 1]);
      expect(await sessions.countOfUser('ada')).toBe(0);
    });
  });
}
