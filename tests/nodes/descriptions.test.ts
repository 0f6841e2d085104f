import { existsSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { ICredentialType, INodeProperties, INodeType } from 'n8n-workflow';
import { newInstance, ourNodeTypes, packageJson, sourceOf } from '../support/our-nodes';
import { teamConfigSchema } from '../../team';

const nodes = packageJson.n8n.nodes.map((file) => ({ file, node: newInstance<INodeType>(file), folder: dirname(sourceOf(file)) }));
const credential = newInstance<ICredentialType>(packageJson.n8n.credentials[0]!);

it('package.json names every node of the repository once, and the type is the file name', () => {
  expect(Object.keys(ourNodeTypes).sort()).toEqual(['agentMemory', 'approval', 'ctoAgent', 'hybridRouterModel', 'insights', 'llmRouter', 'qaAgent', 'specialistAgent', 'taskBoard', 'teamApiTrigger', 'teamSessionMemory', 'workspace'].map((name) => `n8n-nodes-aios.${name}`));
  for (const { file, node } of nodes) expect(node.description.name.toLowerCase()).toBe(basename(file).split('.')[0]!.toLowerCase());
});

describe.each(nodes)('$node.description.displayName', ({ file, node: { description, methods }, folder }) => {
  it('has its icons and its codex beside it', () => {
    const { light, dark } = description.icon as { light: string; dark: string };
    for (const icon of [light, dark]) expect(readFileSync(join(folder, icon.replace('file:', '')), 'utf8')).toMatch(/^<svg/);
    const codex = JSON.parse(readFileSync(join(folder, basename(file).replace('.js', '.json')), 'utf8')) as { node: string; categories: string[] };
    expect(codex).toMatchObject({ node: `n8n-nodes-aios.${description.name}`, categories: expect.arrayContaining(['AI']) });
  });

  it('has a documentation page, with a paragraph of its own', () => {
    const codex = JSON.parse(readFileSync(join(folder, basename(file).replace('.js', '.json')), 'utf8')) as { resources: { primaryDocumentation: [{ url: string }] } };
    expectHeading(codex.resources.primaryDocumentation[0].url);
  });

  it('takes the team credential optionally, and can test it', () => {
    expect(description.credentials).toEqual([{ name: 'aiosTeamApi', displayName: description.name === 'teamApiTrigger' ? 'Credential with API Token' : 'Credential (Optional)', required: false, testedBy: 'aiosTeamApiTest' }]);
    expect(methods?.credentialTest?.aiosTeamApiTest).toBeInstanceOf(Function);
  });

  it('explains every field, and every choice is one of the list', () => {
    for (const property of allProperties(description.properties)) {
      if (property.type !== 'notice' && property.name !== 'operation' && property.type !== 'collection') expect([property.name, property.description]).toEqual([property.name, expect.stringMatching(/\S/)]);
      if (property.type === 'options' && !property.typeOptions?.loadOptionsMethod) expect((property.options as Array<{ value: string }>).map(({ value }) => value)).toContain(property.default);
    }
  });
});

describe('AIOS Team API', () => {
  it('has exactly the fields the team is configured by, each of them optional', () => {
    const fields = credential.properties.filter(({ type }) => type !== 'notice');
    expect(fields.map(({ name }) => name).sort()).toEqual(Object.keys(teamConfigSchema.shape).sort());
    const untouched = Object.fromEntries(fields.map((field) => [field.name, field.default]));
    expect(teamConfigSchema.parse(untouched)).toEqual({ teamName: 'default', whenBudgetUsedUp: 'local' });
  });

  it('hides what must not be read over a shoulder', () => {
    const hidden = credential.properties.filter(({ typeOptions }) => typeOptions?.password).map(({ name }) => name);
    expect(hidden).toEqual(['anthropicApiKey', 'openAiApiKey', 'redisUrl', 'qdrantApiKey', 's3AccessKey', 's3SecretKey', 'runnerToken', 'apiToken']);
  });

  it('has a documentation page, with a paragraph of its own', () => expectHeading(credential.documentationUrl!));

  it('has its icons', () => {
    const { light, dark } = credential.icon as { light: string; dark: string };
    const folder = dirname(sourceOf(packageJson.n8n.credentials[0]!));
    for (const icon of [light, dark]) expect(existsSync(join(folder, icon.replace('file:', '')))).toBe(true);
  });
});

/** GitHub names a heading by its text: lower case, words joined by "-". */
function expectHeading(url: string): void {
  const [page, anchor] = url.replace(`${packageJson.repository.url.replace(/^git\+|\.git$/g, '')}/blob/main/`, '').split('#');
  const headings = readFileSync(join(__dirname, '../..', page!), 'utf8').match(/^#+ .*$/gm) ?? [];
  expect(headings.map((heading) => heading.replace(/^#+ /, '').toLowerCase().replace(/[^\w\s-]/g, '').replaceAll(' ', '-'))).toContain(anchor);
}

function allProperties(properties: INodeProperties[]): INodeProperties[] {
  return properties.flatMap((property) => (property.type === 'collection' ? [property, ...(property.options as INodeProperties[])] : [property]));
}
