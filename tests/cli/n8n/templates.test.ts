import { needsPublishing, prepareTemplate, readTemplates, type WorkflowBody } from '../../../cli';

const sample: WorkflowBody = { name: 'Sample', nodes: [{ name: 'Plan', type: 'n8n-nodes-aios.ctoAgent' }], connections: {}, settings: {} };

describe('prepareTemplate', () => {
  it('gives our nodes the team credential and leaves the others alone', () => {
    const nodes = [{ name: 'Plan', type: 'n8n-nodes-aios.ctoAgent' }, { name: 'Mail', type: 'n8n-nodes-base.emailSend', credentials: { smtp: { id: '5', name: 'Post' } } }];
    const prepared = prepareTemplate({ ...sample, nodes }, { id: 'c1', name: 'AIOS Team' });
    expect(prepared.nodes[0]!.credentials).toEqual({ aiosTeamApi: { id: 'c1', name: 'AIOS Team' } });
    expect(prepared.nodes[1]).toEqual(nodes[1]);
  });

  it("passes on only what n8n's API accepts", () => {
    const exported = { ...sample, versionId: 'v', tags: [], meta: {} } as WorkflowBody;
    expect(Object.keys(prepareTemplate(exported, undefined)).sort()).toEqual(['connections', 'name', 'nodes', 'pinData', 'settings']);
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
    expect(needsPublishing({ ...sample, nodes: [{ name: 'Start', type, parameters }] })).toBe(expected);
  });

  it('ignores a trigger that is switched off', () => {
    expect(needsPublishing({ ...sample, nodes: [{ name: 'Start', type: 'n8n-nodes-base.webhook', disabled: true }] })).toBe(false);
  });
});

it('reads the templates that are shipped, by their file names', () => {
  expect(readTemplates().map(({ name }) => name)).toEqual(expect.arrayContaining(['01-team-pipeline', '04-http-api']));
});
