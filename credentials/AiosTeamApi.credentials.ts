import type { Icon, ICredentialType, INodeProperties } from 'n8n-workflow';

/** Everything a team is configured by; the fields of team/config.ts under the same names. Its test is nodes/shared/team-credential-test.ts, named by every node's `testedBy`. */
export class AiosTeamApi implements ICredentialType {
  name = 'aiosTeamApi';
  displayName = 'AIOS Team API';
  icon: Icon = { light: 'file:aios-team.svg', dark: 'file:aios-team.dark.svg' };
  documentationUrl = 'https://github.com/n8n-nodes-aios/n8n-nodes-aios/blob/main/docs/nodes.md#the-credential-aios-team-api';

  properties: INodeProperties[] = [
    {
      displayName: 'Every field may stay empty: the team then keeps its data in this n8n and uses the Ollama it finds: on this machine, or around its container. Fill in only what you want to add.',
      name: 'notice',
      type: 'notice',
      default: '',
    },
    {
      displayName: 'Team Name',
      name: 'teamName',
      type: 'string',
      default: 'default',
      description: 'Keep "default" unless you want several teams: teams with different names share nothing, no runs, no files. Letters, digits, "-" and "_".',
    },
    {
      displayName: 'Ollama URL',
      name: 'ollamaUrl',
      type: 'string',
      default: '',
      placeholder: 'http://host.docker.internal:11434',
      description: 'Where your Ollama answers. Empty: it is looked for at localhost, host.docker.internal and ollama, port 11434. When n8n runs in Docker, localhost is the container, not your computer. Models behind this address count as local.',
    },
    { displayName: 'Anthropic API Key', name: 'anthropicApiKey', type: 'string', typeOptions: { password: true }, default: '', placeholder: 'sk-ant-…', description: 'For Claude models. Empty: none of them is asked.' },
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
    {
      displayName: 'Embedding Model',
      name: 'embeddingModel',
      type: 'string',
      default: '',
      placeholder: 'nomic-embed-text',
      description: 'A model of your Ollama with which the memory finds what means the same in other words. Empty: the first installed one that can do it; without any the memory goes by words.',
    },
    { displayName: 'Qdrant URL', name: 'qdrantUrl', type: 'string', default: '', placeholder: 'http://127.0.0.1:6333', description: 'Where the team keeps what it remembers. Empty: in this n8n.' },
    { displayName: 'Qdrant API Key', name: 'qdrantApiKey', type: 'string', typeOptions: { password: true }, default: '', description: 'Only where your Qdrant asks for one' },
    { displayName: 'SearXNG URL', name: 'searxngUrl', type: 'string', default: '', placeholder: 'http://127.0.0.1:8080', description: 'A web search of your own for research work. Empty: none.' },
    {
      displayName: 'Data Folder',
      name: 'dataDir',
      type: 'string',
      default: '',
      placeholder: 'aios',
      description: "Where runs and files are kept. Empty: the folder aios in n8n's own user folder. It must lie below n8n's own user folder or below AIOS_DATA_DIR.",
    },
    {
      displayName: 'Daily Budget (USD)',
      name: 'dailyBudgetUsd',
      type: 'string',
      default: '',
      placeholder: 'e.g. 5',
      description: 'What all model calls of the team may cost in one day, midnight to midnight UTC. A call that could pass it is not made. 0 allows only models that cost nothing. Empty: no limit. Budgets for roles, workflows and projects stand in the models file.',
    },
    {
      displayName: 'Monthly Budget (USD)',
      name: 'monthlyBudgetUsd',
      type: 'string',
      default: '',
      placeholder: 'e.g. 50',
      description: 'The same for one calendar month, UTC. Where both are set, both hold.',
    },
    {
      displayName: 'When a Budget Is Used Up',
      name: 'whenBudgetUsedUp',
      type: 'options',
      noDataExpression: true,
      default: 'local',
      description: 'What happens to a question the daily or monthly budget cannot pay any more',
      options: [
        { name: 'Answer on Local Models', value: 'local', description: 'A model that costs nothing answers; without one the question fails' },
        { name: 'Ask a Person', value: 'ask', description: 'The question fails and its task goes to "Needs Person" with what can be done' },
        { name: 'Stop', value: 'stop', description: 'The question fails' },
      ],
    },
    {
      displayName: 'API Token',
      name: 'apiToken',
      type: 'string',
      typeOptions: { password: true },
      default: '',
      description: 'Only for the Team API Trigger: a long password you make up. Programs send it as "Authorization: Bearer …"; without one the interface stays closed.',
    },
  ];
}
