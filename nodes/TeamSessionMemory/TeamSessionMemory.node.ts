import type { INodeType, INodeTypeDescription, ISupplyDataFunctions, SupplyData } from 'n8n-workflow';
import { NodeConnectionTypes } from 'n8n-workflow';
import type { Conversation } from '../../memory';
import type { Team } from '../../team';
import { aiNodeSdk } from '../shared/ai-node-sdk';
import { openTeam } from '../shared/open-team';
import { teamCredentialTest } from '../shared/team-credential-test';
import { templateHint } from '../shared/template-hint';
import { toNodeError } from '../shared/to-node-error';
import { fields } from './fields';
import { withPlainTexts } from './plain-texts';
import { sessionChatMemory } from './session-chat-memory';
import { writtenPrivacy } from '../shared/written-choice';
import { nameIn } from '../shared/written-name';
import { writtenNumber } from '../shared/written-number';

const DAY_MS = 24 * 3_600_000;

interface SessionOptions {
  keepForDays?: unknown;
  privacy?: unknown;
  user?: unknown;
}

export class TeamSessionMemory implements INodeType {
  description: INodeTypeDescription = {
    displayName: 'Team Session Memory',
    name: 'teamSessionMemory',
    icon: { light: 'file:team-session-memory.svg', dark: 'file:team-session-memory.dark.svg' },
    group: ['transform'],
    version: 1,
    subtitle: '={{ $parameter["maxTurns"] + " turns, " + $parameter["maxTokens"] + " tokens" }}',
    description: 'The memory of a conversation, for any agent: the newest turns whole, older ones summarised',
    defaults: { name: 'Team Session Memory' },
    inputs: [],
    outputs: [NodeConnectionTypes.AiMemory],
    outputNames: ['Memory'],
    credentials: [{ name: 'aiosTeamApi', displayName: 'Credential (Optional)', required: false, testedBy: 'aiosTeamApiTest' }],
    hints: [templateHint('17-agent-with-memory')],
    properties: fields,
  };

  methods = { credentialTest: teamCredentialTest };

  async supplyData(this: ISupplyDataFunctions, itemIndex: number): Promise<SupplyData> {
    const handle = await openTeam(this).catch((error: unknown) => {
      throw toNodeError(this.getNode(), error, itemIndex);
    });
    try {
      const memory = sessionChatMemory(conversationOf(this, handle.team, itemIndex), (error) => toNodeError(this.getNode(), error, itemIndex));
      return withPlainTexts(aiNodeSdk().supplyMemory(this, memory, { closeFunction: async () => handle.release() }));
    } catch (error) {
      handle.release();
      throw toNodeError(this.getNode(), error, itemIndex);
    }
  }
}

function conversationOf(context: ISupplyDataFunctions, { memory }: Team, itemIndex: number): Conversation {
  const { keepForDays, privacy, user } = { keepForDays: 30, privacy: 'internal', ...(context.getNodeParameter('options', itemIndex, {}) as SessionOptions) };
  const number = (name: string, label: string) => writtenNumber(context, context.getNodeParameter(name, itemIndex), label, itemIndex);
  return memory.conversation(
    {
      sessionId: nameIn(context, { name: 'Session ID', value: context.getNodeParameter('sessionId', itemIndex) }, itemIndex),
      maxTurns: number('maxTurns', 'Turns'),
      maxTokens: number('maxTokens', 'Tokens'),
      summary: context.getNodeParameter('summary', itemIndex) as 'extract' | 'model',
      keptMs: writtenNumber(context, keepForDays, 'Keep for (Days)', itemIndex) * DAY_MS,
      privacy: writtenPrivacy(context, privacy, itemIndex),
      user: nameIn(context, { name: 'User', value: user }, itemIndex).trim() || undefined,
    },
    context.getExecutionCancelSignal() ?? new AbortController().signal,
  );
}
