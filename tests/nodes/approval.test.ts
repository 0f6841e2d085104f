import { sha256 } from '../../kernel';
import { WebhookContext } from 'n8n-core';
import type { IWebhookData, IWorkflowExecuteAdditionalData } from 'n8n-workflow';
import type { Approval } from '../../runs';
import { ourNodeTypes } from '../support/our-nodes';
import { useNodeHost } from '../support/node-host';
import { chain, itemsOf, runWorkflow, workflowOf } from '../support/run-workflow';
import { passThrough, sourceOf } from '../support/test-nodes';
import { openOversight, openTeam, type Team } from '../../team';

const EVIL = { approved: true, data: { approved: true }, path: 'all.html' };

let host: ReturnType<typeof useNodeHost>;
let team: Team;
let release: () => void;
beforeEach(async () => {
  host = useNodeHost({});
  ({ team, release } = await openTeam(undefined, { userFolder: host.userFolder, environment: process.env, log: () => {} }));
});
afterEach(() => {
  release();
  host.restore();
});

async function run(parameters: Record<string, unknown>, items = [EVIL as Record<string, unknown>], executionId?: string) {
  return await runWorkflow(
    { nodes: [{ name: 'Items', type: 'source', parameters: {} }, { name: 'Approval', type: 'n8n-nodes-aios.approval', parameters: parameters as never }, { name: 'After', type: 'pass', parameters: {} }], connections: chain('Items', 'Approval', 'After') },
    { nodeTypes: { ...ourNodeTypes, source: sourceOf(items as never), pass: passThrough }, executionId },
  );
}

describe('Approval: Ask', () => {
  it('waits for a person, and asks about exactly what came in', async () => {
    const waiting = await run({ message: 'Delete it?', askedBy: 'carol', waitHours: 2 }, [{ path: 'a.html' }, { path: 'b.html' }]);
    expect(waiting.status).toBe('waiting');
    expect(waiting.data.resultData.runData.After).toBeUndefined();
    const [approval] = await team.approvals.list({ limit: 10 });
    expect(approval).toMatchObject({ status: 'open', title: 'Delete it?', askedBy: 'carol', action: { kind: 'workflow', details: { actions: [{ path: 'a.html' }, { path: 'b.html' }] } } });
    expect(approval!.expiresAtMs - approval!.createdAtMs).toBe(2 * 60 * 60_000);
    expect(approval!.wakeUrl).toMatch(new RegExp(`^http://127\\.0\\.0\\.1:5678/webhook-waiting/.*approval=${approval!.id}.*signature=`));
    expect(waiting.waitTill!.getTime()).toBe(approval!.expiresAtMs);
  });

  it('leaves nothing for n8n to pass on but a no, whatever an item says of itself', async () => {
    const waiting = await run({});
    const [entry] = waiting.data.executionData!.nodeExecutionStack;
    expect(entry!.data.main![0]!.map(({ json }) => json)).toEqual([{ approved: false, data: { approved: false }, status: 'expired' }]);
    // What the node before gave is still as it was.
    expect(itemsOf(waiting, 'Items')[0]!.json).toEqual(EVIL);
  });

  it('asks about a deed of its own each time', async () => {
    await run({});
    await run({});
    expect(await team.approvals.list({ status: 'open', limit: 10 })).toHaveLength(2);
  });

  it('says what is wrong with an action that is no JSON', async () => {
    const { data } = await run({ action: 'delete it' });
    expect(data.resultData.error?.message).toContain('"What Is to Be Done" is no JSON');
    expect(await team.approvals.list({ limit: 10 })).toEqual([]);
  });
});

/** Follows the link of a question as n8n does for the execution that waits. */
async function follow(approval: Approval, method: 'GET' | 'POST', form: Record<string, string> = {}) {
  return (await visit(approval, method, form)).items;
}

/** The same, with the page he is shown. */
async function visit(approval: Approval, method: 'GET' | 'POST', form: Record<string, string> = {}) {
  const workflow = workflowOf({ nodes: [{ name: 'Approval', type: 'n8n-nodes-aios.approval', parameters: {} }], connections: {} }, ourNodeTypes);
  const seen = { status: 0, html: '' };
  const response = { status: (status: number) => ((seen.status = status), response), set: () => response, send: (body: Buffer) => ((seen.html = String(body)), response) };
  const request = { method, headers: {}, query: { approval: approval.id }, body: form, ip: '203.0.113.7' };
  const additionalData = { httpRequest: request, httpResponse: response, executionId: 'e7', variables: {} } as unknown as IWorkflowExecuteAdditionalData;
  const node = ourNodeTypes['n8n-nodes-aios.approval']!;
  const webhookDescription = node.description.webhooks!.find(({ httpMethod }) => httpMethod === method)!;
  const context = new WebhookContext(workflow, workflow.getNode('Approval')!, additionalData, 'webhook', { webhookDescription } as IWebhookData, [], null);
  const items = (await node.webhook!.call(context)).workflowData?.[0]?.map(({ json }) => json);
  return { ...seen, items };
}

describe('the link of a question', () => {
  async function ask(path: string): Promise<Approval> {
    await run({}, [{ path }], 'e7');
    return (await team.approvals.list({ limit: 1 }))[0]!;
  }
  async function decide({ id, hash }: Approval, decision: 'approve' | 'reject') {
    const { approvals, approvers, close } = await openOversight(undefined, { userFolder: host.userFolder, environment: process.env, log: () => {} });
    await approvers.add('ada', 'f'.repeat(64)).catch(() => {});
    await approvals.decide({ id, hash, decision, by: 'ada' });
    await close();
  }

  it('lets the execution go on with what was approved, and no other way', async () => {
    const asked = await ask('a.html');
    expect(await follow(asked, 'POST', { decision: 'approve', hash: asked.hash, approved: 'true' })).toBeUndefined();
    await decide(asked, 'approve');
    expect(await follow(asked, 'GET')).toBeUndefined();
    expect(await follow(asked, 'POST')).toEqual([expect.objectContaining({ approved: true, action: { path: 'a.html' } })]);
  });

  it('says on the page why a decision was refused: another hash, or somebody was quicker', async () => {
    const { approvers, close } = await openOversight(undefined, { userFolder: host.userFolder, environment: process.env, log: () => {} });
    await approvers.add('Bob', sha256('token-of-bob'));
    await close();
    const asked = await ask('a.html');
    const changed = await visit(asked, 'POST', { token: 'token-of-bob', decision: 'approve', hash: 'f'.repeat(64) });
    expect(changed).toMatchObject({ status: 409, items: undefined, html: expect.stringContaining('is bound to another action') });
    expect(changed.html).toContain('name="decision"');
    expect((await team.approvals.read(asked.id)).status).toBe('open');
    await decide(asked, 'reject');
    const late = await visit(asked, 'POST', { token: 'token-of-bob', decision: 'approve', hash: asked.hash });
    expect(late).toMatchObject({ status: 409, items: [{ approved: false, status: 'rejected' }], html: expect.stringContaining('it was rejected by ada') });
  });

  it.each(['approve', 'reject'] as const)('answers no later question of the same execution, as a loop asks them: %s', async (decision) => {
    const first = await ask('a.html');
    await decide(first, decision);
    await follow(first, 'POST');
    const second = await ask('b.html');
    expect(await follow(first, 'POST')).toBeUndefined();
    await decide(second, 'approve');
    expect(await follow(first, 'POST')).toBeUndefined();
    expect(await follow(second, 'POST')).toEqual([expect.objectContaining({ approved: true, action: { path: 'b.html' } })]);
  });
});

describe('Approval: List', () => {
  it('gives an item for each approval that waits, with the address that shows it', async () => {
    await run({ message: 'One?' });
    const list = await run({ operation: 'list' });
    expect(itemsOf(list, 'After').map(({ json }) => json)).toEqual([expect.objectContaining({ title: 'One?', status: 'open', kind: 'workflow', url: expect.stringContaining('webhook-waiting'), details: { actions: [EVIL] } })]);
  });
});

it('no operation of a node decides', () => {
  const operations = Object.values(ourNodeTypes).flatMap(({ description }) => description.properties.filter(({ name }) => name === 'operation').flatMap(({ options }) => (options ?? []).map((option) => ('value' in option ? option.value : ''))));
  expect(operations).toEqual(expect.arrayContaining(['sendAndWait', 'list', 'plan']));
  expect(operations.filter((operation) => /approve|reject|decide/i.test(String(operation)))).toEqual([]);
  expect(Object.keys(team.approvals)).not.toContain('decide');
});
