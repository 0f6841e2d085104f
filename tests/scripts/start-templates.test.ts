import type { Workflow, WorkflowBody } from '../../scripts/n8n-host/client';
import type { ImportedTemplate } from '../../scripts/start/state';
import { decideImport, needsPublishing, prepareTemplate, readTemplates, workflowHash } from '../../scripts/start/templates';

const stored: Workflow = { id: 'w1', active: true, name: 'Sample', nodes: [{ name: 'Plan', type: 'n8n-nodes-aios.ctoAgent' }], connections: {}, settings: {} };
const imported: ImportedTemplate = { workflowId: 'w1', sourceHash: 'source', storedHash: workflowHash(stored), published: true };

describe('decideImport', () => {
  it('creates what was never imported or has been deleted', () => {
    expect(decideImport('source', undefined, undefined)).toBe('create');
    expect(decideImport('source', imported, undefined)).toBe('create');
  });

  it('keeps an untouched import of the same template, and updates it when the template is a new one', () => {
    expect(decideImport('source', imported, stored)).toBe('keep');
    expect(decideImport('newer source', imported, stored)).toBe('update');
  });

  it.each<[string, Partial<Workflow>]>([
    ['renamed', { name: 'Mine' }],
    ['changed', { nodes: [{ name: 'Plan', type: 'n8n-nodes-aios.ctoAgent', parameters: { goal: 'mine' } }] }],
    ['archived', { isArchived: true }],
  ])('keeps what the user has %s, even when there is a newer template', (_what, edit) => {
    expect(decideImport('newer source', imported, { ...stored, ...edit })).toBe('keep-edited');
  });

  it('does not take switching a workflow off for an edit', () => {
    expect(decideImport('newer source', imported, { ...stored, active: false })).toBe('update');
  });
});

describe('prepareTemplate', () => {
  it('gives our nodes the team credential and leaves the others alone', () => {
    const nodes = [{ name: 'Plan', type: 'n8n-nodes-aios.ctoAgent' }, { name: 'Mail', type: 'n8n-nodes-base.emailSend', credentials: { smtp: { id: '5', name: 'Post' } } }];
    const prepared = prepareTemplate({ ...stored, nodes }, 'c1');
    expect(prepared.nodes[0]!.credentials).toEqual({ aiosTeamApi: { id: 'c1', name: 'AIOS Team' } });
    expect(prepared.nodes[1]).toEqual(nodes[1]);
  });

  it("passes on only what n8n's API accepts", () => {
    const exported = { ...stored, versionId: 'v', tags: [], meta: {} } as WorkflowBody;
    expect(Object.keys(prepareTemplate(exported, 'c1')).sort()).toEqual(['connections', 'name', 'nodes', 'pinData', 'settings']);
  });
});

describe('needsPublishing', () => {
  it.each([
    ['n8n-nodes-aios.teamApiTrigger', {}, true],
    ['n8n-nodes-base.webhook', {}, true],
    ['@n8n/n8n-nodes-langchain.chatTrigger', { public: true }, true],
    ['@n8n/n8n-nodes-langchain.chatTrigger', {}, false],
    ['n8n-nodes-base.manualTrigger', {}, false],
  ])('%s %j: %s', (type, parameters, expected) => {
    expect(needsPublishing({ ...stored, nodes: [{ name: 'Start', type, parameters }] })).toBe(expected);
  });

  it('ignores a trigger that is switched off', () => {
    expect(needsPublishing({ ...stored, nodes: [{ name: 'Start', type: 'n8n-nodes-base.webhook', disabled: true }] })).toBe(false);
  });
});

it('reads the templates that are shipped, by their file names', () => {
  expect(readTemplates().map(({ name }) => name)).toEqual(expect.arrayContaining(['01-team-pipeline', '04-http-api']));
});
