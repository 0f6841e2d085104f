import type { IDataObject, IExecuteFunctions, INodeExecutionData, INodeType, INodeTypeDescription, IWebhookDescription, IWebhookFunctions, IWebhookResponseData } from 'n8n-workflow';
import { NodeConnectionTypes } from 'n8n-workflow';
import type { Approval as StoredApproval } from '../../runs';
import type { Team } from '../../team';
import { forAllItems } from '../shared/for-each-item';
import { withTeam } from '../shared/open-team';
import { teamCredentialTest } from '../shared/team-credential-test';
import { templateHint } from '../shared/template-hint';
import { askedApproval } from './asked-action';
import { answerToVisitor } from './decision-page';
import { fields, type Operation } from './fields';

export class Approval implements INodeType {
  description: INodeTypeDescription = {
    displayName: 'Approval',
    name: 'approval',
    icon: { light: 'file:approval.svg', dark: 'file:approval.dark.svg' },
    group: ['transform'],
    version: 1,
    subtitle: '={{ $parameter["operation"] === "list" ? "List" : "Ask" }}',
    description: 'Waits for a person to say yes to exactly one thing. Also the gate before the tools of an AI Agent.',
    defaults: { name: 'Approval' },
    inputs: [NodeConnectionTypes.Main],
    outputs: [NodeConnectionTypes.Main],
    credentials: [{ name: 'aiosTeamApi', displayName: 'Credential (Optional)', required: false, testedBy: 'aiosTeamApiTest' }],
    hints: [templateHint('07-approvals')],
    webhooks: [waiting('GET'), waiting('POST')],
    properties: fields,
  };

  methods = { credentialTest: teamCredentialTest };

  async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
    const operation = this.getNodeParameter('operation', 0) as Operation;
    return operation === 'list' ? await list(this) : await ask(this);
  }

  /** Somebody came by the link: shows the question, and goes on only when the team's store says that a person has decided. */
  async webhook(this: IWebhookFunctions): Promise<IWebhookResponseData> {
    const decided = await answerToVisitor(this);
    return { noWebhookResponse: true, ...(decided && { workflowData: [answerItems(decided)] }) };
  }
}

async function list(context: IExecuteFunctions): Promise<INodeExecutionData[][]> {
  return await withTeam(context, async (team) =>
    await forAllItems(context, 1, async () => {
      const status = context.getNodeParameter('status', 0) as 'open' | 'all';
      const found = await team.approvals.list({ ...(status === 'open' && { status }), limit: 200 });
      return [found.map((approval) => ({ json: listItem(approval), fromItem: 0 }))];
    }),
  );
}

async function ask(context: IExecuteFunctions): Promise<INodeExecutionData[][]> {
  return await withTeam(context, async (team) =>
    await forAllItems(context, 1, async () => {
      const expiresAtMs = await askTeam(context, team);
      const items = context.getInputData();
      denyWhenTimeIsOver(items);
      await context.putExecutionToWait(new Date(expiresAtMs));
      return [items.map(({ json, binary }, fromItem) => ({ json, binary, fromItem }))];
    }),
  );
}

async function askTeam(context: IExecuteFunctions, { approvals }: Team): Promise<number> {
  const asked = askedApproval(context);
  const wakeUrl = context.getSignedResumeUrl({ approval: approvals.idOf(asked.action) });
  const approval = await approvals.ask({ ...asked, wakeUrl });
  return approval!.expiresAtMs;
}

/**
 * n8n passes on what came in when its time is over, as if nothing had been asked; a field "approved" of an item or a model would then be the answer.
 * So what would be passed on says no itself.
 */
function denyWhenTimeIsOver(items: INodeExecutionData[]): void {
  for (const item of items) {
    item.json = { approved: false, data: { approved: false }, status: 'expired' };
    delete item.binary;
  }
}

/** Without a way back to what came in: what goes on is what was approved. */
function answerItems({ id, status, action, decision }: StoredApproval): INodeExecutionData[] {
  const approved = status === 'done';
  const deeds = (action.details.actions ?? action.details.toolCalls) as IDataObject[];
  return deeds.map((deed, item) => ({ json: { approved, data: { approved }, approvalId: id, status, ...(decision && { decidedBy: decision.by, reason: decision.reason ?? '' }), ...(approved && { action: deed }) }, pairedItem: { item } }));
}

function listItem({ id, status, title, hash, askedBy, action, createdAtMs, expiresAtMs, wakeUrl }: StoredApproval): IDataObject {
  const { kind, runId, taskId } = action;
  return { id, kind, title, status, hash, askedBy, ...(runId && { runId }), ...(taskId && { taskId }), createdAt: new Date(createdAtMs).toISOString(), expiresAt: new Date(expiresAtMs).toISOString(), ...(wakeUrl && { url: wakeUrl }), details: action.details };
}

function waiting(httpMethod: 'GET' | 'POST'): IWebhookDescription {
  return { name: 'default', httpMethod, responseMode: 'onReceived', responseData: '', path: '={{ $nodeId }}', restartWebhook: true, isFullPath: true };
}
