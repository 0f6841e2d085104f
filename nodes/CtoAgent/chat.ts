import type { IExecuteFunctions } from 'n8n-workflow';
import { NodeConnectionTypes } from 'n8n-workflow';
import type { ChatMemory } from '../../agents';
import type { Team } from '../../team';
import { spokenFacts, type AgentItem } from '../shared/agent-call';
import type { ItemAnswer } from '../shared/for-each-item';
import { teamBundle } from '../shared/open-team';
import { writtenPrivacy } from '../shared/written-choice';
import { memoryStaysHereField } from '../shared/fields';
import { writtenNumber } from '../shared/written-number';
import { writtenTruth } from '../shared/written-truth';

/** `output` is what the Chat Trigger shows; a session id goes on with the item, for the next turn. */
export async function chat(context: IExecuteFunctions, team: Team, { itemIndex, call, progress }: AgentItem): Promise<ItemAnswer> {
  const { status, goal, reply, questions, round, maxRounds, ...spoken } = await team.agents.chat(
    {
      message: String(context.getNodeParameter('message', itemIndex, '') ?? ''),
      privacy: writtenPrivacy(context, context.getNodeParameter('privacy', itemIndex), itemIndex),
      maxRounds: writtenNumber(context, context.getNodeParameter('maxRounds', itemIndex, 3), 'Rounds of Questions', itemIndex),
      memory: await wiredMemory(context, itemIndex),
    },
    call,
  );
  progress.text(`${reply}\n\n`);
  const { sessionId } = context.getInputData()[itemIndex]?.json ?? {};
  return { json: { status, goal, output: reply, questions, round, maxRounds, ...(sessionId !== undefined && { sessionId }), ...spokenFacts(spoken) } };
}

async function wiredMemory(context: IExecuteFunctions, itemIndex: number): Promise<ChatMemory | undefined> {
  const memory = await context.getInputConnectionData(NodeConnectionTypes.AiMemory, itemIndex);
  if (!memory) return undefined;
  const { connectedMemory } = teamBundle();
  return connectedMemory(memory as Parameters<typeof connectedMemory>[0], { local: writtenTruth(context, memoryStaysHereField, itemIndex) });
}
