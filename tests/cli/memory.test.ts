import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { runAios } from '../../cli';
import { memoryErase, memoryForget, memoryList, memoryRecall } from '../../cli/commands/memory';
import { systemClock } from '../../kernel';
import { openSqliteMemory, type NewMemory } from '../../memory';
import { openSqlite } from '../../storage';
import { recordingTerminal } from '../support/recording-terminal';
import { temporaryFolder } from '../support/temporary-folder';

let data: string;
beforeEach(() => void (data = temporaryFolder()));

async function call(...argv: string[]) {
  const terminal = recordingTerminal();
  // Nothing answers there: the memory goes by words.
  const environment = { OLLAMA_HOST: 'http://127.0.0.1:9' };
  const exitCode = await runAios(['memory', ...argv, '--data', data], [memoryList, memoryRecall, memoryForget, memoryErase], { terminal, environment, signal: new AbortController().signal });
  return { exitCode, out: terminal.out.join('\n'), said: terminal.said.join('\n') };
}

async function remembered(...memories: Array<Partial<NewMemory['item']>>): Promise<void> {
  const database = openSqlite(join(data, '.n8n', 'aios', 'default', 'team.sqlite'));
  const store = openSqliteMemory({ database, clock: systemClock });
  const given = memories.map((more, index): NewMemory => ({ bands: [], item: { id: `m${index}`, kind: 'fact', scope: { level: 'team' }, text: 'x', privacy: 'internal', provenance: {}, createdAtMs: systemClock.nowMs() - 1_000 * (memories.length - index), expiresAtMs: null, outcomes: { passed: 0, failed: 0 }, ...more } }));
  await store.put(given);
  database.close();
}

describe('aios memory', () => {
  it('says that a team which was never opened remembers nothing, and makes no folder', async () => {
    expect(await call('list')).toMatchObject({ exitCode: 0, out: '', said: expect.stringContaining('remembers nothing') });
    expect(existsSync(join(data, '.n8n'))).toBe(false);
  });

  it('lists the newest first, with what it is, where it comes from and how it helped', async () => {
    await remembered({ text: 'The port is 8081.' }, { text: 'Opens at 9.', scope: { level: 'project', of: 'library' }, provenance: { source: 'hours.md' }, outcomes: { passed: 3, failed: 1 } });
    const { out } = await call('list');
    expect(out).toMatch(/^fact · project:library · internal · [\d-]+ [\d:]+ · helped in 3 of 4 tasks · m1\n {2}Opens at 9\.\n {2}from hours\.md\nfact · team · internal · .* · m0\n {2}The port is 8081\.$/);
    expect((await call('list', '--scope', 'project:library', '--json')).out.split('\n').map((line) => (JSON.parse(line) as { id: string }).id)).toEqual(['m1']);
    expect(await call('list', '--limit', '1')).toMatchObject({ out: expect.stringContaining('m1'), said: '1 of 2; --limit shows more, a filter fewer.' });
  });

  it('shows what is secret only when asked to', async () => {
    await remembered({ text: 'The door code is 4711.', privacy: 'secret' });
    expect(await call('list')).toMatchObject({ out: '', said: '1 with a stricter label is not shown; --up-to secret shows all.' });
    expect((await call('recall', 'door code')).out).toBe('');
    expect((await call('list', '--up-to', 'secret')).out).toContain('4711');
  });

  it('answers a question, and says by what it went', async () => {
    await remembered({ text: 'The library opens at 9 on Saturdays.' }, { text: 'Invoices are sent by mail.' });
    const { out, said } = await call('recall', 'When does the library open?');
    expect(out).toContain('The library opens at 9');
    expect(out).toContain('shares words');
    expect(out).not.toContain('Invoices');
    expect(said).toContain('by words alone');
  });

  it('shows what would be forgotten, and forgets it only when the count is right', async () => {
    await remembered({ provenance: { source: 'old.pdf' } }, { provenance: { source: 'old.pdf' } }, { provenance: { source: 'new.pdf' } });
    expect((await call('forget', '--source', 'old.pdf')).out).toContain('2 memories. To forget them, say the same again with --expected 2');
    expect(await call('forget', '--source', 'old.pdf', '--expected', '3')).toMatchObject({ exitCode: 1, out: '' });
    expect(await call('forget', '--source', 'old.pdf', '--expected', '2')).toMatchObject({ exitCode: 0, out: '2 memories forgotten.' });
    expect((await call('list', '--json')).out.split('\n')).toHaveLength(1);
  });

  it('erases a person after the count was shown', async () => {
    await remembered({ provenance: { user: 'anna' } }, { scope: { level: 'user', of: 'anna' } }, {});
    expect((await call('erase', 'anna')).out).toBe('Of "anna" there are 2 memories, 0 conversations and the name in 0 runs that are over. To erase, say the same again with --expected 2');
    expect((await call('erase', 'anna', '--expected', '2')).out).toContain('"anna" is erased: 2 memories');
    expect((await call('erase', 'anna')).out).toBe('There is nothing of "anna".');
  });

  it.each([[['forget']], [['recall']], [['erase']], [['recall', 'hours', '--id', 'm0']], [['list', 'x']], [['list', '--scope', 'planet']], [['list', '--kind', 'dream']], [['list', '--limit', '0']], [['forget', '--all', '--expected', '-1']]])('takes no %j', async (argv) => {
    expect((await call(...argv)).exitCode).toBe(2);
  });
});
