import type { IExecuteFunctions, INodeExecutionData, INodeType, INodeTypeDescription } from 'n8n-workflow';
import { NodeConnectionTypes } from 'n8n-workflow';
import { forEachItem } from '../shared/for-each-item';
import { withTeam } from '../shared/open-team';
import { teamCredentialTest } from '../shared/team-credential-test';
import { templateHint } from '../shared/template-hint';
import { fields, type Resource } from './fields';
import { fileAnswer } from './file-operations';
import { openProject } from './open-project';
import { versionAnswer } from './version-operations';

export class Workspace implements INodeType {
  description: INodeTypeDescription = {
    displayName: 'Workspace',
    name: 'workspace',
    icon: { light: 'file:workspace.svg', dark: 'file:workspace.dark.svg' },
    group: ['transform'],
    version: 1,
    subtitle: '={{ $parameter["resource"] === "version" ? "Version" : "File" }}: {{ $parameter["operation"].substring(0, 1).toUpperCase() + $parameter["operation"].substring(1) }}',
    description: 'Reads and changes the files of a project, keeps their versions and takes changes back. Nothing leads out of the project\'s folder.',
    defaults: { name: 'Workspace' },
    usableAsTool: true,
    inputs: [NodeConnectionTypes.Main],
    outputs: [NodeConnectionTypes.Main],
    credentials: [{ name: 'aiosTeamApi', displayName: 'Credential (Optional)', required: false, testedBy: 'aiosTeamApiTest' }],
    hints: [templateHint('10-workspace')],
    properties: fields,
  };

  methods = { credentialTest: teamCredentialTest };

  async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
    return await withTeam(this, async (team) => [
      await forEachItem(this, async ({ itemIndex, signal }) => {
        const project = openProject(this, team, itemIndex);
        const resource = this.getNodeParameter('resource', itemIndex) as Resource;
        return resource === 'version' ? await versionAnswer(project) : await fileAnswer(project, signal);
      }),
    ]);
  }
}
