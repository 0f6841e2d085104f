import type { Icon, ICredentialType, INodeProperties } from 'n8n-workflow';

/** Everything a team is configured by; the fields of team/config.ts under the same names. Its test is nodes/shared/team-credential-test.ts, named by every node's `testedBy`. */
export class AiosTeamApi implements ICredentialType {
  name = 'aiosTeamApi';
  displayName = 'AIOS Team API';
  icon: Icon = { light: 'file:aios-team.svg', dark: 'file:aios-team.dark.svg' };
  documentationUrl = 'https://github.com/n8n-nodes-aios/n8n-nodes-aios#readme';

  properties: INodeProperties[] = [
    {
      displayName: 'Every field may stay empty: the team then keeps its data in this n8n and uses the Ollama it finds on this machine.',
      name: 'notice',
      type: 'notice',
      default: '',
    },
    {
      displayName: 'Team Name',
      name: 'teamName',
      type: 'string',
      default: 'default',
      description: 'Teams with different names share nothing: no runs, no files. Letters, digits, "-" and "_".',
    },
    {
      displayName: 'Ollama URL',
      name: 'ollamaUrl',
      type: 'string',
      default: '',
      placeholder: 'http://127.0.0.1:11434',
      description: 'Where your Ollama answers. Empty: it is looked for on this machine. Models behind this address count as local.',
    },
    { displayName: 'Anthropic API Key', name: 'anthropicApiKey', type: 'string', typeOptions: { password: true }, default: '', description: 'For Claude models' },
    {
      displayName: 'Anthropic Base URL',
      name: 'anthropicBaseUrl',
      type: 'string',
      default: '',
      placeholder: 'https://api.anthropic.com',
      description: 'Only for a proxy or gateway of your own',
    },
    {
      displayName: 'OpenAI-Compatible API Key',
      name: 'openAiApiKey',
      type: 'string',
      typeOptions: { password: true },
      default: '',
      description: 'For OpenAI, or for any service that speaks its protocol: OpenRouter, LiteLLM, vLLM, LM Studio and others',
    },
    {
      displayName: 'OpenAI-Compatible Base URL',
      name: 'openAiBaseUrl',
      type: 'string',
      default: '',
      placeholder: 'https://api.openai.com/v1',
      description: 'Empty: OpenAI itself, when a key is given',
    },
    {
      displayName: 'Redis URL',
      name: 'redisUrl',
      type: 'string',
      typeOptions: { password: true },
      default: '',
      placeholder: 'redis://user:password@127.0.0.1:6379',
      description: 'Empty: an embedded database or, in queue mode, the Redis of n8n itself. Hidden because it may hold a password.',
    },
    { displayName: 'Qdrant URL', name: 'qdrantUrl', type: 'string', default: '', placeholder: 'http://127.0.0.1:6333', description: 'Where the team keeps vectors instead of in this n8n' },
    { displayName: 'Qdrant API Key', name: 'qdrantApiKey', type: 'string', typeOptions: { password: true }, default: '' },
    { displayName: 'SearXNG URL', name: 'searxngUrl', type: 'string', default: '', placeholder: 'http://127.0.0.1:8080', description: 'A search service for research work' },
    {
      displayName: 'Data Folder',
      name: 'dataDir',
      type: 'string',
      default: '',
      placeholder: 'aios',
      description: "Where runs and files are kept. It must lie below n8n's own user folder or below AIOS_DATA_DIR.",
    },
    {
      displayName: 'API Token',
      name: 'apiToken',
      type: 'string',
      typeOptions: { password: true },
      default: '',
      description: 'Programs that call the Team API Trigger send it as "Authorization: Bearer …". Without a token the interface stays closed.',
    },
  ];
}
