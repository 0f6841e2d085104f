import { sha256 } from '../../kernel';
import { ApproverExistsError, approverOf, makeApproverToken, openSqliteApprovals } from '../../runs';
import { openSqlite } from '../../storage';
import { closeIdleTeams, openTeam, type HttpRequest } from '../../team';
import { approversFromEnvironment, withEnvironment } from '../../team/environment-approvers';
import { sampleApproval } from '../contracts/approval-store-contract';
import { fakeClock } from '../support/fake-clock';
import { temporaryFolder } from '../support/temporary-folder';

const TOKEN = makeApproverToken();
const HASH = sha256(TOKEN);
const named = (text: string) => approversFromEnvironment({ AIOS_APPROVERS: text });

describe('AIOS_APPROVERS', () => {
  it.each(['', ' ; ', undefined])('names nobody when it is %j', (text) => expect(approversFromEnvironment({ AIOS_APPROVERS: text })).toEqual({ approvers: [], faults: [] }));

  it('names approvers by the hashes of their tokens', () => {
    const { approvers, faults } = named(`ada=${HASH}; Bob Lee = sha256:${'AB'.repeat(32)}\n`);
    expect(approvers).toEqual([{ name: 'ada', tokenHash: HASH, addedAtMs: 0, from: 'environment' }, { name: 'Bob Lee', tokenHash: 'ab'.repeat(32), addedAtMs: 0, from: 'environment' }]);
    expect(faults).toEqual([]);
    expect(approverOf(TOKEN, approvers)?.name).toBe('ada');
    expect(approverOf(HASH, approvers)).toBeUndefined();
  });

  it('takes no token somebody made up, which could be guessed from its hash', () => {
    expect(approverOf('password', named(`ada=${sha256('password')}`).approvers)).toBeUndefined();
  });

  it('says which entry is wrong without repeating it, and takes the others', () => {
    const { approvers, faults } = named(`ada=${TOKEN};policy=${HASH};=${HASH};${HASH};bob=${HASH}`);
    expect(approvers.map(({ name }) => name)).toEqual(['bob']);
    expect(faults.map((fault) => fault.slice(0, 8))).toEqual(['entry 1:', 'entry 2:', 'entry 3:', 'entry 4:']);
    expect(faults.join()).not.toMatch(new RegExp(`${TOKEN}|${HASH}`));
  });

  it('stands beside the stored ones, and is taken away only where it stands', async () => {
    const { approvers: store } = openSqliteApprovals({ database: openSqlite(':memory:'), clock: fakeClock() });
    const approvers = withEnvironment(store, named(`Ada=${HASH}`).approvers);
    await approvers.add('bob', sha256('b'));
    expect((await approvers.list()).map(({ name }) => name)).toEqual(['bob', 'Ada']);
    await expect(approvers.add('ADA', sha256('x'))).rejects.toThrow(ApproverExistsError);
    await expect(approvers.remove('ada')).rejects.toThrow('"ada" stands in AIOS_APPROVERS.');
    expect(await approvers.remove('bob')).toBe(true);
  });
});

it('lets an approver of the environment decide with the token its page made, and nobody else', async () => {
  const userFolder = temporaryFolder();
  const lines: string[] = [];
  const open = async (environment: Record<string, string>) => await openTeam({ apiToken: 'task-token' }, { userFolder, environment, log: (_, message) => void lines.push(message) });
  const call = (more: Partial<HttpRequest>): HttpRequest => ({
    route: 'approvalPage', authorization: undefined, idempotencyKey: undefined, contentType: 'application/json', query: {}, baseUrl: '', limits: { maxBudgetUsd: null, minPrivacy: 'internal' }, workflowId: undefined, remoteAddress: '127.0.0.1', body: Buffer.from(''), ...more,
  });
  const first = await open({});
  const page = String((await first.team.http.answer(call({ query: { new: 'ada' } }))).body);
  const [, token] = /<pre>(aios_ap_[\w-]{32})<\/pre>/.exec(page)!;
  const [, entry] = /<pre>(ada=[0-9a-f]{64})<\/pre>/.exec(page)!;
  expect((await first.team.http.answer(call({ query: { new: '<b>' } }))).status).toBe(400);
  const { id, hash } = (await first.team.approvals.ask(sampleApproval('o1')))!;
  const decide = async ({ team }: typeof first) => (await team.http.answer(call({ route: 'decideApproval', authorization: `Bearer ${token}`, body: Buffer.from(JSON.stringify({ id, hash, decision: 'approve' })) }))).status;
  expect(await decide(first)).toBe(503);
  first.release();
  await closeIdleTeams();

  const second = await open({ AIOS_APPROVERS: `${entry};oops` });
  expect(lines.filter((line) => line.startsWith('AIOS_APPROVERS: entry 2'))).toHaveLength(1);
  expect(await decide(second)).toBe(200);
  expect((await second.team.approvals.read(id)).decision).toMatchObject({ by: 'ada' });
  second.release();
});
