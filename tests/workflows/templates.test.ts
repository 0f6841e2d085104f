import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { INode, INodeProperties, INodePropertyCollection, INodePropertyOptions, INodeTypeDescription, IConnections, NodeConnectionType } from 'n8n-workflow';
import { TEMPLATES_URL } from '../../nodes/shared/template-hint';
import { ourNodeTypes } from '../support/our-nodes';

interface Template {
  name: string;
  nodes: INode[];
  connections: IConnections;
  pinData: object;
  settings: Record<string, unknown>;
  [more: string]: unknown;
}

/** n8n's own nodes the templates may use: their newest version, their main outputs, and what else can be connected. */
const N8N_NODES: Record<string, { version: number; inputs?: NodeConnectionType[]; outputs?: NodeConnectionType[] }> = {
  'n8n-nodes-base.filter': { version: 2.3, inputs: ['main'], outputs: ['main'] },
  'n8n-nodes-base.manualTrigger': { version: 1, outputs: ['main'] },
  'n8n-nodes-base.merge': { version: 3.2, inputs: ['main', 'main'], outputs: ['main'] },
  'n8n-nodes-base.executeWorkflow': { version: 1.4, inputs: ['main'], outputs: ['main', 'main'] },
  'n8n-nodes-base.executeWorkflowTrigger': { version: 1.2, outputs: ['main'] },
  'n8n-nodes-base.scheduleTrigger': { version: 1.4, outputs: ['main'] },
  'n8n-nodes-base.set': { version: 3.5, inputs: ['main'], outputs: ['main'] },
  'n8n-nodes-base.splitOut': { version: 1, inputs: ['main'], outputs: ['main'] },
  'n8n-nodes-base.stickyNote': { version: 1 },
  'n8n-nodes-base.wait': { version: 1.1, inputs: ['main'], outputs: ['main'] },
  '@n8n/n8n-nodes-langchain.chatTrigger': { version: 1.5, outputs: ['main'] },
  '@n8n/n8n-nodes-langchain.agent': { version: 3.1, inputs: ['main', 'ai_languageModel', 'ai_tool', 'ai_memory'], outputs: ['main'] },
  '@n8n/n8n-nodes-langchain.documentDefaultDataLoader': { version: 1.1, inputs: ['ai_textSplitter'], outputs: ['ai_document'] },
  '@n8n/n8n-nodes-langchain.textSplitterRecursiveCharacterTextSplitter': { version: 1, outputs: ['ai_textSplitter'] },
  '@n8n/n8n-nodes-langchain.memoryBufferWindow': { version: 1.3, outputs: ['ai_memory'] },
  '@n8n/n8n-nodes-langchain.toolCalculator': { version: 1, outputs: ['ai_tool'] },
};

const STICKY = 'n8n-nodes-base.stickyNote';
const WITH_WEBHOOK = ['@n8n/n8n-nodes-langchain.chatTrigger', 'n8n-nodes-aios.teamApiTrigger'];
const folder = join(__dirname, '../../workflows');
const files = readdirSync(folder).filter((file) => file.endsWith('.json'));
const templates = files.map((file) => ({ file, text: readFileSync(join(folder, file), 'utf8') }));

it('there is one template per story, and the README has a paragraph for each', () => {
  expect(files).toEqual(['01-team-pipeline.json', '02-ask-the-router.json', '03-ai-agent-with-router.json', '04-http-api.json', '05-doctor-and-figures.json', '06-learn-from-verdicts.json', '07-approvals.json', '08-sweeper.json', '09-router-tour.json', '10-workspace.json', '11-tested-product.json', '12-memory-across-workflows.json', '13-rag-documents.json', '14-talk-it-over.json', '15-two-answers.json', '16-memory-consolidation.json', '17-agent-with-memory.json']);
  const readme = readFileSync(join(folder, 'README.md'), 'utf8');
  for (const file of files) expect(readme).toContain(`## ${file.replace('.json', '')}`);
});

it('names and webhook ids are unique over all templates', () => {
  const all = templates.map(({ text }) => JSON.parse(text) as Template);
  const webhookIds = all.flatMap(({ nodes }) => nodes.flatMap(({ webhookId }) => webhookId ?? []));
  expect(new Set(webhookIds).size).toBe(webhookIds.length);
  expect(new Set(all.map(({ name }) => name)).size).toBe(all.length);
});

it('every template is offered by a hint of a node and by its paragraph, as an address for "Import from URL"', () => {
  const addresses = files.map((file) => `${TEMPLATES_URL}/${file}`);
  const hints = Object.values(ourNodeTypes).map(({ description }) => description.hints?.map(({ message }) => message).join() ?? '');
  const readme = readFileSync(join(folder, 'README.md'), 'utf8');
  for (const address of addresses) expect([address, hints.some((hint) => hint.includes(`href="${address}"`)), readme.includes(address)]).toEqual([address, true, true]);
  // And no hint or page offers one that does not exist.
  const pages = ['../README.md', 'README.md', '../docs/nodes.md'].map((page) => readFileSync(join(folder, page), 'utf8'));
  const offered = [...hints, ...pages].flatMap((text) => text.match(/https:\/\/raw\.githubusercontent\.com\/[^\s"'<>)`]+\.json/g) ?? []);
  expect(offered.filter((address) => !addresses.includes(address))).toEqual([]);
});

it('the templates\' names are those in which no hint is shown', () => {
  const hintsOfNodes = Object.values(ourNodeTypes).map(({ description }) => description.hints ?? []);
  expect(hintsOfNodes.filter((hints) => hints.length === 0)).toEqual([]);
  const conditions = hintsOfNodes.flat().map(({ displayCondition }) => displayCondition);
  for (const condition of conditions) expect(condition).toContain("startsWith('AIOS ')");
  for (const { text } of templates) expect((JSON.parse(text) as Template).name).toMatch(/^AIOS /);
});

describe.each(templates)('$file', ({ text }) => {
  const template = JSON.parse(text) as Template;
  const { nodes, connections } = template;
  const byName = new Map(nodes.map((node) => [node.name, node]));

  it('has what every way of importing takes, and nothing one of them refuses', () => {
    expect(Object.keys(template).sort()).toEqual(['connections', 'name', 'nodes', 'pinData', 'settings']);
    // Null instead of {} breaks "Execute step" in n8n.
    expect(template.pinData).toEqual({});
    expect(template.settings.executionOrder).toBe('v1');
    expect(text).not.toContain('CUSTOM.');
    expect(nodes.filter((node) => 'credentials' in node)).toEqual([]);
  });

  it('uses known node types in known versions', () => {
    for (const { type, typeVersion } of nodes) {
      if (type.startsWith('n8n-nodes-aios.')) expect([type, ourDescription(type)?.version]).toEqual([type, typeVersion]);
      else expect([type, N8N_NODES[type] && typeVersion <= N8N_NODES[type].version]).toEqual([type, true]);
    }
  });

  it('sets only parameters our nodes have, to values they take', () => {
    for (const { type, parameters } of nodes) {
      const description = ourDescription(type);
      if (description) expect(problemsOf(parameters, description.properties, type)).toEqual([]);
    }
  });

  it('has unique nodes, and a webhook id where one is needed', () => {
    expect(byName.size).toBe(nodes.length);
    expect(new Set(nodes.map(({ id }) => id)).size).toBe(nodes.length);
    for (const { type, webhookId } of nodes) expect([type, webhookId !== undefined]).toEqual([type, WITH_WEBHOOK.includes(type)]);
  });

  it('connects existing nodes by connections both ends have', () => {
    for (const [from, types] of Object.entries(connections)) {
      for (const [type, outputs] of Object.entries(types)) {
        const given = outputsOf(byName.get(from)).filter((output) => output === type);
        expect([from, type, outputs.length <= given.length]).toEqual([from, type, true]);
        for (const target of outputs.flatMap((targets) => targets ?? [])) {
          expect([target.node, target.type, inputsOf(byName.get(target.node)).includes(target.type)]).toEqual([target.node, target.type, true]);
        }
      }
    }
  });

  it('leaves no node alone', () => {
    const connected = new Set([...Object.keys(connections), ...Object.values(connections).flatMap((types) => Object.values(types).flatMap((outputs) => outputs.flatMap((targets) => (targets ?? []).map(({ node }) => node))))]);
    expect(nodes.filter(({ type, name }) => type !== STICKY && !connected.has(name))).toEqual([]);
  });

  it('is explained by sticky notes, and nothing lies on anything else', () => {
    expect(nodes.filter(({ type }) => type === STICKY).length).toBeGreaterThan(0);
    const overlaps = nodes.flatMap((a, index) => nodes.slice(index + 1).filter((b) => overlap(areaOf(a), areaOf(b)) && !frames(a, b) && !frames(b, a)).map((b) => `${a.name} × ${b.name}`));
    expect(overlaps).toEqual([]);
  });
});

/** Of a node of ours, or of the tool n8n makes of one that may be a tool: a type of its own with one output. */
function ourDescription(type: string): INodeTypeDescription | undefined {
  if (ourNodeTypes[type]) return ourNodeTypes[type].description;
  const described = ourNodeTypes[type.replace(/Tool$/, '')]?.description;
  if (!described?.usableAsTool) return undefined;
  const { replacements = {} } = described.usableAsTool === true ? {} : described.usableAsTool;
  return { ...described, ...replacements, inputs: [], outputs: ['ai_tool'] };
}

function outputsOf(node: INode | undefined): string[] {
  return connectorsOf(node, 'outputs');
}

function inputsOf(node: INode | undefined): string[] {
  return connectorsOf(node, 'inputs');
}

function connectorsOf(node: INode | undefined, side: 'inputs' | 'outputs'): string[] {
  if (!node) return [];
  const ours = ourDescription(node.type)?.[side];
  // "Continue (using error output)" adds one.
  const more = side === 'outputs' && node.onError === 'continueErrorOutput' ? ['main'] : [];
  if (Array.isArray(ours)) return [...ours.map((connector) => (typeof connector === 'string' ? connector : connector.type)), ...more];
  // An expression says which of them an operation has; any may be connected.
  if (ours) return [...ours.matchAll(/"type":"(\w+)"/g)].map(([, type]) => type!);
  return N8N_NODES[node.type]?.[side] ?? [];
}

function problemsOf(parameters: object, properties: INodeProperties[], at: string): string[] {
  return Object.entries(parameters).flatMap(([name, value]) => {
    // A node with resources has a field "operation" for each of them.
    const candidates = properties.filter((candidate) => candidate.name === name);
    const [property] = candidates;
    if (!property) return [`${at}.${name} is unknown`];
    if (property.type === 'collection') return problemsOf(value as object, property.options as INodeProperties[], `${at}.${name}`);
    const isFixedChoice = property.type === 'options' && !property.typeOptions?.loadOptionsMethod && !String(value).startsWith('=');
    const choices = candidates.flatMap(({ options = [] }) => options) as Array<INodePropertyOptions | INodeProperties | INodePropertyCollection>;
    return isFixedChoice && !choices.some((choice) => 'value' in choice && choice.value === value) ? [`${at}.${name} cannot be ${JSON.stringify(value)}`] : [];
  });
}

interface Area {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

/** As the editor draws them, the name below a node included; an agent is wider than other nodes. */
function areaOf({ type, position: [left, top], parameters }: INode): Area {
  if (type === STICKY) return { left, top, right: left + Number(parameters.width), bottom: top + Number(parameters.height) };
  const isWide = inputsOf({ type } as INode).some((input) => input.startsWith('ai_'));
  return { left, top, right: left + (isWide ? 240 : 100), bottom: top + 150 };
}

function overlap(a: Area, b: Area): boolean {
  return a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
}

/** A note may lie behind nodes as their frame, when it holds them whole and leaves room for its text above them. */
function frames(note: INode, node: INode): boolean {
  if (note.type !== STICKY || node.type === STICKY) return false;
  const [outer, inner] = [areaOf(note), areaOf(node)];
  const textPx = 96;
  return outer.left <= inner.left && inner.right <= outer.right && outer.top + textPx <= inner.top && inner.bottom <= outer.bottom;
}
