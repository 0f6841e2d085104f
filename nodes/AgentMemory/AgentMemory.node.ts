import type { IDataObject, IExecuteFunctions, INodeExecutionData, INodeType, INodeTypeBaseDescription, INodeTypeDescription } from 'n8n-workflow';
import { NodeConnectionTypes } from 'n8n-workflow';
import type { Team } from '../../team';
import { forEachItem, type ItemAnswer, type ItemCall } from '../shared/for-each-item';
import { withTeam } from '../shared/open-team';
import { teamCredentialTest } from '../shared/team-credential-test';
import { templateHint } from '../shared/template-hint';
import { assertToolMay } from './as-tool';
import { connectedMemory } from './connected-memory';
import { fields, toolFields } from './fields';
import { forgetOrCount } from './forget';
import { handOffRequest, recallRequest, remembrances, shownHit } from './requests';

export class AgentMemory implements INodeType {
  description: INodeTypeDescription = {
    displayName: 'Agent Memory',
    name: 'agentMemory',
    icon: { light: 'file:agent-memory.svg', dark: 'file:agent-memory.dark.svg' },
    group: ['transform'],
    version: 1,
    subtitle: '={{ { assemble: "Assemble", consolidate: "Consolidate", forget: "Forget", handOff: "Hand Off", recall: "Recall", remember: "Remember" }[$parameter["operation"]] }}',
    description: 'What the team remembers, for all workflows: facts, documents, what tasks did and how they ended',
    defaults: { name: 'Agent Memory' },
    inputs: [
      NodeConnectionTypes.Main,
      { type: NodeConnectionTypes.AiEmbedding, displayName: 'Embedding', required: false, maxConnections: 1 },
      { type: NodeConnectionTypes.AiDocument, displayName: 'Document', required: false, maxConnections: 1 },
    ],
    outputs: [NodeConnectionTypes.Main],
    // n8n takes the properties as well, its types do not know it.
    usableAsTool: { replacements: { properties: toolFields } as Partial<INodeTypeBaseDescription> },
    credentials: [{ name: 'aiosTeamApi', displayName: 'Credential (Optional)', required: false, testedBy: 'aiosTeamApiTest' }],
    hints: [templateHint('12-memory-across-workflows', '!["remember", "consolidate"].includes($parameter["operation"])'), templateHint('13-rag-documents', '$parameter["operation"] === "remember"'), templateHint('16-memory-consolidation', '$parameter["operation"] === "consolidate"')],
    properties: fields,
  };

  methods = { credentialTest: teamCredentialTest };

  async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
    return await withTeam(this, async (team) => {
      const answers = await forEachItem(this, async (call) => await done(this, team, call));
      return [answers.flatMap(eachAsItem)];
    });
  }
}

async function done(context: IExecuteFunctions, team: Team, { itemIndex, signal }: ItemCall): Promise<ItemAnswer> {
  assertToolMay(context, itemIndex);
  const operation = context.getNodeParameter('operation', itemIndex) as string;
  if (operation === 'forget') return { json: await forgetOrCount(context, team, itemIndex) };
  if (operation === 'handOff') return { json: { ...(await team.memory.handOff(handOffRequest(context, itemIndex), signal)) } as unknown as IDataObject };
  const memory = await connectedMemory(context, team, itemIndex);
  if (operation === 'remember') {
    const memories = await memory.remember(await remembrances(context, itemIndex), signal);
    return { json: { remembered: memories.length, merged: memories.filter(({ mergedInto }) => mergedInto !== undefined).length, memories: memories as unknown as IDataObject[] } };
  }
  if (operation === 'consolidate') {
    const [most, mostPerScope] = ['most', 'mostPerScope'].map((name) => context.getNodeParameter(name, itemIndex) as number);
    return { json: { ...(await memory.consolidate({ most, mostPerScope }, signal)) } };
  }
  if (operation === 'assemble') {
    const budgetTokens = context.getNodeParameter('budgetTokens', itemIndex) as number;
    return { json: { ...(await memory.assemble({ ...recallRequest(context, itemIndex), budgetTokens }, signal)) } as unknown as IDataObject };
  }
  const limit = context.getNodeParameter('maxMemories', itemIndex) as number;
  const { items, notEmbedded } = await memory.recall({ ...recallRequest(context, itemIndex), limit }, signal);
  const found = items.map((hit) => shownHit(hit, notEmbedded));
  return { json: context.getNodeParameter('output', itemIndex) === 'items' ? { [EACH]: found } : { found: found.length, memories: found } };
}

/** Marks hits that become items of their own; no other item has this key. */
const EACH = 'aios:each';

function eachAsItem(item: INodeExecutionData): INodeExecutionData[] {
  const hits = item.json[EACH] as IDataObject[] | undefined;
  return hits ? hits.map((json) => ({ json, pairedItem: item.pairedItem })) : [item];
}
