import { readdirSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { commands, runAios } from '../../cli';
import { visibleText } from '../../kernel';
import { openSqlite } from '../../storage';
import { openTeam, type HttpRequest, type Team } from '../../team';
import { sampleApproval } from '../contracts/approval-store-contract';
import { HOSTILE_TITLES } from '../support/hostile-titles';
import { recordingTerminal } from '../support/recording-terminal';
import { temporaryFolder } from '../support/temporary-folder';

const data = temporaryFolder();
let server: Server;
let team: Team;
let release: () => void;
let url: string;

async function aios(argv: string[], environment: Record<string, string> = {}) {
  const terminal = recordingTerminal();
  const exitCode = await runAios(argv, commands, { terminal, environment, signal: new AbortController().signal });
  return { exitCode, out: terminal.out.join('\n'), said: terminal.said.join('\n') };
}
const asAda = (token: string, ...argv: string[]) => aios([...argv, '--url', url], { AIOS_APPROVER_TOKEN: token });
const ask = async (occasion: string) => (await team.approvals.ask(sampleApproval(occasion)))!;
async function tokenOf(name: string): Promise<string> {
  return (await aios(['approver', 'add', name, '--data', data])).out;
}

beforeAll(async () => {
  ({ team, release } = await openTeam({ apiToken: 'task-token' }, { userFolder: data, environment: {}, log: () => {} }));
  server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk)).on('end', () => {
      const address = new URL(request.url!, 'http://localhost');
      const route: HttpRequest['route'] = request.method === 'POST' ? 'decideApproval' : 'approvals';
      void team.http.answer({
        route, authorization: request.headers.authorization, idempotencyKey: undefined, contentType: request.headers['content-type'], body: Buffer.concat(chunks), query: Object.fromEntries(address.searchParams),
        baseUrl: '', limits: { maxBudgetUsd: null, minPrivacy: 'internal' }, workflowId: undefined, remoteAddress: '127.0.0.1',
      }).then(({ status, contentType, headers, body }) => response.writeHead(status, { ...headers, 'content-type': contentType }).end(body));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(async () => {
  release();
  await new Promise((resolve) => server.close(resolve));
});

it('makes an approver whose token is printed once and kept nowhere, and takes the right away again', async () => {
  const { exitCode, out, said } = await aios(['approver', 'add', 'Zoe', '--data', data]);
  expect([exitCode, said]).toEqual([0, 'Zoe may approve with this token. It is not shown again.']);
  expect(out).toMatch(/^aios_ap_[\w-]{32}$/);
  expect((await aios(['approver', 'list', '--data', data, '--json'])).out).toMatch(/^\{"name":"Zoe","addedAtMs":\d+\}$/);
  expect(await aios(['approver', 'add', 'zoe', '--data', data])).toMatchObject({ exitCode: 1, said: expect.stringContaining('There is an approver "zoe" already.') });
  expect((await aios(['approver', 'remove', 'zoe', '--data', data])).exitCode).toBe(0);
  expect((await aios(['approver', 'remove', 'zoe', '--data', data])).exitCode).toBe(1);
  expect((await asAda(out, 'approvals', 'list')).exitCode).toBe(1);
});

it.each([[[]], [['ada', 'bob']], [['policy']], [['-x']]])('refuses the approver %j', async (names) => expect((await aios(['approver', 'add', ...names, '--data', data])).exitCode).toBe(2));

it('lists, shows and decides in the name of the token', async () => {
  const token = await tokenOf('Ada');
  const { id, hash } = await ask('o1');
  expect((await asAda(token, 'approvals', 'list')).out).toContain(`Delete a file (o1)\n  fileChange, open until`);
  const shown = await asAda(token, 'approvals', 'show', id);
  expect(shown.out).toContain(`hash ${hash}`);
  expect(shown.out).toContain('"path": "index.html"');
  expect(await asAda(token, 'approvals', 'decide', id, '--approve', '--hash', 'f'.repeat(64))).toMatchObject({ exitCode: 1, said: expect.stringContaining('bound to another action') });
  expect(await asAda(token, 'approvals', 'decide', id, '--approve', '--reason', 'fine')).toMatchObject({ exitCode: 0, out: expect.stringContaining('approved by Ada: fine') });
  expect(await asAda(token, 'approvals', 'decide', id, '--reject')).toMatchObject({ exitCode: 1, said: expect.stringContaining('it was approved by Ada') });
  expect((await asAda(token, 'approvals', 'list')).out).toBe('Nothing waits for a person.');
  expect((await team.approvals.read(id)).status).toBe('approved');
});

it.each(HOSTILE_TITLES)('shows a title with %s as one line of text', async (_, title, shown) => {
  const token = (await aios(['approver', 'add', 'Hostile', '--data', data])).out;
  const { id, hash } = (await team.approvals.ask(sampleApproval(`hostile ${title}`, { title, details: { title } })))!;
  const listed = (await asAda(token, 'approvals', 'list')).out;
  const one = (await asAda(token, 'approvals', 'show', id)).out;
  expect([listed.replace(/\s+/g, ''), one.split('\n')[0]]).toEqual([expect.stringContaining(shown.replace(/\s+/g, '')), shown]);
  for (const text of [listed, one]) expect(visibleText(text)).toBe(text);
  await asAda(token, 'approvals', 'decide', id, '--reject', '--hash', hash);
  await aios(['approver', 'remove', 'Hostile', '--data', data]);
});

it('decides nothing with the task token', async () => {
  const { id } = await ask('o2');
  expect(await asAda('task-token', 'approvals', 'decide', id, '--approve')).toMatchObject({ exitCode: 1, said: expect.stringContaining('aios approver add') });
  expect((await team.approvals.read(id)).status).toBe('open');
});

it.each([[[]], [['--approve', '--reject']], [['--retry', 'x', '--skip']], [['--edit', '/nowhere.json']], [['--token', 'secret']]])('takes no unclear decision: %j', async (options) => {
  expect((await asAda('any', 'approvals', 'decide', 'x', ...options)).exitCode).toBe(2);
});

it('checks the log, prints it, and notices a line that is not the one noted down', async () => {
  await ask('o3');
  const checked = await aios(['audit', '--check', '--data', data]);
  expect(checked).toMatchObject({ exitCode: 0, out: expect.stringMatching(/^The log is whole: \d+ lines?\. Last line \d+:[0-9a-f]{64}$/) });
  const noted = /\d+:[0-9a-f]{64}$/.exec(checked.out)![0];
  await ask('o4');
  expect((await aios(['audit', '--check', '--seen', noted, '--data', data])).exitCode).toBe(0);
  expect(await aios(['audit', '--check', '--seen', noted.replace(/.$/, (last) => (last === '0' ? '1' : '0')), '--data', data])).toMatchObject({ exitCode: 1, out: expect.stringContaining('not the one you noted down') });
  const lines = (await aios(['audit', '--export', '--data', data])).out.split('\n').map((line) => JSON.parse(line) as { sequence: number });
  expect(lines.map(({ sequence }) => sequence)).toEqual(lines.map((_, index) => index + 1));
  expect((await aios(['audit', '--data', data])).exitCode).toBe(2);
});

it('names the line of the log that is none, and a right that somebody wrote into the file', async () => {
  const folder = temporaryFolder();
  for (const name of ['Ada', 'Bob']) await aios(['approver', 'add', name, '--data', folder]);
  const inFile = (sql: string) => {
    const database = openSqlite(join(folder, readdirSync(folder, { recursive: true, encoding: 'utf8' }).find((file) => file.endsWith('team.sqlite'))!));
    database.exec(sql);
    database.close();
  };
  inFile("INSERT INTO approvers (name, token_hash, added_at_ms) VALUES ('Mallory', 'ff', 1)");
  expect(await aios(['audit', '--check', '--data', folder])).toMatchObject({ exitCode: 1, out: 'The log is NOT whole: Mallory is an approver, and no line says so.' });
  inFile("DROP TRIGGER audit_is_never_changed; UPDATE audit SET entry = '{torn' WHERE sequence = 2");
  expect(await aios(['audit', '--check', '--data', folder])).toMatchObject({ exitCode: 1, out: 'The log is NOT whole: line 2 is no line of the log: "{torn".' });
  expect((await aios(['audit', '--export', '--data', folder])).out).toContain('{torn');
});

it('ends its check of a log whose last line was given another number', async () => {
  const folder = temporaryFolder();
  await aios(['approver', 'add', 'Ada', '--data', folder]);
  await aios(['approver', 'add', 'Bob', '--data', folder]);
  const database = openSqlite(join(folder, readdirSync(folder, { recursive: true, encoding: 'utf8' }).find((file) => file.endsWith('team.sqlite'))!));
  database.exec("DROP TRIGGER audit_is_never_changed; UPDATE audit SET entry = json_set(entry, '$.sequence', 0) WHERE sequence = 2");
  database.close();
  expect(await aios(['audit', '--check', '--data', folder])).toMatchObject({ exitCode: 1, out: 'The log is NOT whole: line 2 is missing.' });
});
