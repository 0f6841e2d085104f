import { randomUUID } from 'node:crypto';
import { commands, runAios } from '../../cli';
import { eventually, itemsOf } from '../support/n8n-instance';
import { recordingTerminal } from '../support/recording-terminal';
import { sharedInstance } from './shared-instance';

const TEAM = `files-${randomUUID().slice(0, 8)}`;
const n8n = sharedInstance();

async function aios(environment: Record<string, string>, ...argv: string[]): Promise<string> {
  const terminal = recordingTerminal();
  const code = await runAios(argv, commands, { terminal, environment: { AIOS_TEAM: TEAM, ...environment }, signal: new AbortController().signal });
  expect([code, terminal.said.join()]).toEqual([0, expect.any(String)]);
  return terminal.out.join('\n');
}

it('template 10 writes, commits and compares, takes a commit back when a person says yes, and gives the draft', async () => {
  // A connection kept from the set-up may have died while the modules were loaded.
  await eventually('n8n answers', 60_000, async () => await fetch(`${n8n.facts.url}/healthz`).then(({ ok }) => ok, () => false));
  const token = await aios({}, 'approver', 'add', 'ada', '--data', n8n.facts.userFolder);
  const credentialId = await n8n.createCredential({ teamName: TEAM, apiToken: n8n.facts.token });
  const apiWorkflow = await n8n.importTemplate('04-http-api', credentialId);
  await n8n.client.publishWorkflow(apiWorkflow);
  try {
    const executionId = await n8n.runManually(await n8n.importTemplate('10-workspace', credentialId), 'When clicking ‘Execute workflow’');
    const authorization = `Bearer ${token}`;
    const waiting = await eventually('the restore waits for a person', 60_000, async () => {
      const answer = (await (await fetch(`${n8n.facts.url}/webhook/aios/approvals?status=open`, { headers: { authorization: `Bearer ${n8n.facts.token}` } })).json()) as { approvals?: Array<{ id: string; hash: string; kind: string; title: string }> };
      return answer.approvals?.find(({ kind }) => kind === 'fileChange');
    });
    expect(waiting.title).toContain('wants to take back a commit of docs/opening-hours.md in project playground');
    expect((await n8n.callWebhook('aios/approvals/decide', { id: waiting.id, hash: waiting.hash, decision: 'approve' }, { authorization })).status).toBe(200);
    const execution = await n8n.endedExecution(executionId);
    expect(itemsOf(execution, 'What Changed?')).toMatchObject([{ changed: true, diff: expect.stringContaining('-Monday to Friday, 9 to 17.\n+Closed.\n') }]);
    expect(itemsOf(execution, 'Commit the Change')).toMatchObject([{ committed: true, files: ['docs/opening-hours.md'] }]);
    expect(itemsOf(execution, 'Read the File')).toMatchObject([{ content: expect.stringContaining('Monday to Friday') }]);
  } finally {
    await n8n.client.unpublishWorkflow(apiWorkflow);
  }
}, 150_000);
