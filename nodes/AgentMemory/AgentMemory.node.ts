import type { IDataObject, IExecuteFunctions, INodeExecutionData, INodeType, INodeTypeBaseDescription, INodeTypeDescription } from 'n8n-workflow';
import { NodeConnectionTypes } from 'n8n-workflow';
import type { Memory } from '../../memory';
import type { Team } from '../../team';
import { forEachItem, type ItemAnswer, type ItemCall } from '../shared/for-each-item';
import { withTeam } from '../shared/open-team';
import { teamCredentialTest } from '../shared/team-credential-test';
import { templateHint } from '../shared/template-hint';
import { assertToolMay } from './as-tool';
import { connectedMemory } from './connected-memory';
import { forgetOrCount } from './forget';
import { numberIn } from './given';
import { inputs } from './inputs';
import { Notices } from './notices';
import { handOffRequest, recallRequest, remembrances } from './requests';
import { shownHandOff, shownHit, shownRemembered } from './shown';
import { allFields, toolFields } from './tool-fields';

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
    inputs,
    outputs: [NodeConnectionTypes.Main],
    // n8n takes the properties as well, its types do not know it.
    usableAsTool: { replacements: { properties: toolFields } as Partial<INodeTypeBaseDescription> },
    credentials: [{ name: 'aiosTeamApi', displayName: 'Credential (Optional)', required: false, testedBy: 'aiosTeamApiTest' }],
    hints: [templateHint('12-memory-across-workflows', '!["remember", "consolidate"].includes($parameter["operation"])'), templateHint('13-rag-documents', '$parameter["operation"] === "remember"'), templateHint('16-memory-consolidation', '$parameter["operation"] === "consolidate"')],
    properties: allFields,
  };

  methods = { credentialTest: teamCredentialTest };

  async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
    return await withTeam(this, async (team) => {
      const notices = new Notices();
      const answers = await forEachItem(this, async (call) => await done({ context: this, team, notices }, call));
      notices.tell(this);
      return [answers.flatMap(eachAsItem)];
    });
  }
}

interface Work {
  context: IExecuteFunctions;
  team: Team;
  notices: Notices;
}

async function done(work: Work, call: ItemCall): Promise<ItemAnswer> {
  const { context, team, notices } = work;
  const { itemIndex, signal } = call;
  assertToolMay(context, itemIndex);
  const operation = context.getNodeParameter('operation', itemIndex) as string;
  if (operation === 'forget') return { json: await forgetOrCount(context, team, notices, itemIndex) };
  if (operation === 'handOff') return { json: shownHandOff(await team.memory.handOff(handOffRequest(context, itemIndex), signal)) };
  const memory = await connectedMemory(context, team, itemIndex);
  if (operation === 'remember') {
    const memories = await memory.remember(await remembrances(context, itemIndex), signal);
    notices.byWords(...memories.map(({ notEmbedded }) => notEmbedded));
    return { json: shownRemembered(memories) };
  }
  if (operation === 'consolidate') {
    const [most, mostPerScope] = ['most', 'mostPerScope'].map((name) => numberIn(context, name, itemIndex));
    const report = await memory.consolidate({ most, mostPerScope }, signal);
    notices.byWords(report.notEmbedded);
    return { json: { ...report } };
  }
  return await found(work, memory, call);
}

/** Recall and Assemble: both ask the memory, and say what kept it from answering better. */
async function found({ context, notices }: Work, memory: Memory, { itemIndex, signal }: ItemCall): Promise<ItemAnswer> {
  const request = recallRequest(context, itemIndex);
  if (context.getNodeParameter('operation', itemIndex) === 'assemble') {
    const budgetTokens = numberIn(context, 'budgetTokens', itemIndex);
    const block = await memory.assemble({ ...request, budgetTokens }, signal);
    await notices.found(memory, { ...block, count: block.used.length + block.leftOut.length });
    return { json: { ...block } as unknown as IDataObject };
  }
  const { items, notEmbedded, wentWithout } = await memory.recall({ ...request, limit: numberIn(context, 'maxMemories', itemIndex) }, signal);
  await notices.found(memory, { count: items.length, notEmbedded, wentWithout });
  const memories = items.map(shownHit);
  if (context.getNodeParameter('output', itemIndex) === 'items') return { json: { [EACH]: memories } };
  return { json: { found: memories.length, memories, ...(notEmbedded && { notEmbedded }), ...(wentWithout && { wentWithout }) } };
}

/** Marks hits that become items of their own; no other item has this key. */
const EACH = 'aios:each';

function eachAsItem(item: INodeExecutionData): INodeExecutionData[] {
  const hits = item.json[EACH] as IDataObject[] | undefined;
  return hits ? hits.map((json) => ({ json, pairedItem: item.pairedItem })) : [item];
}
