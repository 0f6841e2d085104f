import { statSync } from 'node:fs';
import { sharedInstance } from './shared-instance';
import { webhookWorkflow } from './workflow-parts';
import manifest from '../../package.json';

const n8n = sharedInstance();

describe('the package, installed as the editor installs it', () => {
  it('gives n8n every node under its published name', async () => {
    const response = await fetch(`${n8n.facts.url}/types/nodes.json`, { headers: { cookie: n8n.facts.cookie } });
    const types = (await response.json()) as { name: string }[];
    const ours = new Set(types.map(({ name }) => name).filter((name) => name.startsWith('n8n-nodes-aios.')));
    const shipped = manifest.n8n.nodes.map((path: string) => path.split('/').at(-1)!.replace('.node.js', ''));
    const expected = shipped.map((name) => `n8n-nodes-aios.${name[0]!.toLowerCase()}${name.slice(1)}`);
    expect(expected.length).toBeGreaterThanOrEqual(7);
    expect(expected.filter((name) => !ours.has(name))).toEqual([]);
    expect(types.filter(({ name }) => name.startsWith('CUSTOM.'))).toEqual([]);
  });

  it('is at most 10 MB packed', () => {
    expect(statSync(n8n.facts.tarball).size).toBeLessThanOrEqual(10 * 1024 * 1024);
  });

  it('has a sandbox that holds, tried by n8n itself', async () => {
    const doctor = { name: 'Doctor', type: 'n8n-nodes-aios.insights', typeVersion: 1, parameters: { operation: 'doctor' } };
    await n8n.client.publishWorkflow(await n8n.createWorkflow(webhookWorkflow('doctor', { responseMode: 'lastNode', responseData: 'allEntries' }, [doctor]), await n8n.createCredential({})));
    const checks = (await (await n8n.callWebhook('doctor', {})).json()) as { service: string; status: string; detail: string }[];
    expect(checks.find(({ service }) => service === 'sandbox')).toMatchObject({ status: 'ok', detail: expect.stringContaining('tried and hold') });
  }, 60_000);
});
