import { AiosError, CancelledError, contentHash, errorFacts, InvalidInputError, isAiosError, makeId, redactingLogger, sha256, shownAddress, silentLogger, systemClock, throwIfCancelled } from '../../kernel';

describe('errors', () => {
  it('tell what may be shown, and keep the cause to themselves', () => {
    const error = new InvalidInputError('The field is empty.', { hint: 'Fill it in.', cause: new TypeError('inner') });
    expect(errorFacts(error)).toEqual({ code: 'INVALID_INPUT', kind: 'user', message: 'The field is empty.', hint: 'Fill it in.' });
    expect(error).toMatchObject({ name: 'InvalidInputError', cause: expect.any(TypeError) });
    expect(error).toBeInstanceOf(AiosError);
  });

  it('are known by their code, and everything else is a bug', () => {
    expect(isAiosError(Object.assign(new Error('x'), { code: 'OTHER_BUNDLE', hint: 'h' }))).toBe(true);
    expect(isAiosError(Object.assign(new Error('x'), { code: 'ENOENT' }))).toBe(false);
    expect(isAiosError('x')).toBe(false);
    expect(errorFacts(new RangeError('far'))).toMatchObject({ code: 'UNEXPECTED', kind: 'bug', message: 'far' });
    expect(errorFacts('thrown text')).toMatchObject({ code: 'UNEXPECTED', message: 'thrown text' });
  });
});

describe('ids', () => {
  it('differ, are UUIDs of version 7 and sort by time', async () => {
    const first = makeId();
    await systemClock.sleep(2);
    const second = makeId();
    for (const id of [first, second]) expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(second > first).toBe(true);
    expect(new Set(Array.from({ length: 1_000 }, makeId)).size).toBe(1_000);
  });
});

describe('hashes', () => {
  it('are equal for equal content, whatever the order of keys', () => {
    expect(contentHash({ a: 1, b: [1, { c: 'ü' }] })).toBe(contentHash({ b: [1, { c: 'ü' }], a: 1 }));
    expect(contentHash({ a: 1 })).not.toBe(contentHash({ a: '1' }));
    expect(sha256('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
    expect(sha256(Buffer.from('abc'))).toBe(sha256('abc'));
  });
});

describe('secrets', () => {
  it('never reach the log', () => {
    const lines: unknown[] = [];
    const write = (message: string, facts?: unknown) => void lines.push([message, facts]);
    const logger = redactingLogger({ debug: write, info: write, warn: write, error: write }, (text) => text.replaceAll('hunter22', '[hidden]'));
    logger.debug('hunter22');
    logger.info('a', { text: 'hunter22', count: 2 });
    logger.warn('b hunter22');
    logger.error('c', { nothing: null });
    expect(lines).toEqual([['[hidden]', undefined], ['a', { text: '[hidden]', count: 2 }], ['b [hidden]', undefined], ['c', { nothing: null }]]);
    for (const level of ['debug', 'info', 'warn', 'error'] as const) expect(silentLogger[level]('x')).toBeUndefined();
  });
});

describe('the system clock', () => {
  it('tells the time and waits', async () => {
    const before = systemClock.nowMs();
    await systemClock.sleep(5);
    expect(systemClock.nowMs() - before).toBeGreaterThanOrEqual(4);
  });

  it('stops waiting when it is told to', async () => {
    const controller = new AbortController();
    const sleeping = systemClock.sleep(60_000, controller.signal);
    controller.abort('reason');
    await expect(sleeping).rejects.toMatchObject({ code: 'CANCELLED', cause: 'reason' });
    await expect(systemClock.sleep(60_000, controller.signal)).rejects.toThrow(CancelledError);
    expect(() => throwIfCancelled(controller.signal)).toThrow(CancelledError);
    expect(() => throwIfCancelled(undefined)).not.toThrow();
  });

  it('calls a task once, unless it was taken back', async () => {
    const calls: string[] = [];
    systemClock.after(1, () => calls.push('kept'));
    systemClock.after(1, () => calls.push('cancelled'))();
    await systemClock.sleep(10, new AbortController().signal);
    expect(calls).toEqual(['kept']);
  });
});

describe('an address that is shown', () => {
  it.each([
    ['redis://:s3cret@redis:6379/2', 'redis://redis:6379/2'],
    ['redis://:s3@cret@redis:6379', 'redis://redis:6379'],
    ['http://user:s3cret@ollama:11434/api', 'http://ollama:11434/api'],
    ['rediss://redis:6379?password=s3cret', 'rediss://redis:6379'],
    ['http://localhost:11434/a@b', 'http://localhost:11434/a@b'],
  ])('has no secret: %s', (address, shown) => expect(shownAddress(address)).toBe(shown));
});
