import type { INodeProperties } from 'n8n-workflow';

// The options LLM Router and Hybrid Router Model share; router-options.ts reads them. In alphabetical order, as n8n shows them.

export const allowedModelsField: INodeProperties = {
  displayName: 'Allowed Models',
  name: 'allowedModels',
  type: 'string',
  default: '',
  placeholder: 'e.g. ollama/qwen3:8b, anthropic/claude-sonnet-4-5',
  description: 'When given, no other model may answer. Names separated by commas.',
};

export const recogniseIntentField: INodeProperties = {
  displayName: 'Recognise the Kind of Request',
  name: 'recogniseIntent',
  type: 'boolean',
  default: true,
  description: 'Whether the smallest model on this machine first says if a request is code, reasoning, writing, extraction, translation or chat. Models the models file wants for that kind ("use_for") are then preferred. Takes at most 15 seconds.',
};

export const strongerWhenUnsureField: INodeProperties = {
  displayName: 'Ask Stronger When Unsure',
  name: 'strongerWhenUnsure',
  type: 'boolean',
  default: true,
  description: 'Whether a request nobody can say is easy goes to a stronger model, and an answer whose model was not sure of its words is asked for again. Costs more.',
};

export const callBudgetField: INodeProperties = {
  displayName: 'Budget per Call (USD)',
  name: 'callBudgetUsd',
  type: 'number',
  typeOptions: { minValue: 0, numberPrecision: 4 },
  default: 0.05,
  description: 'What one answer may cost at most, further tries included; answers are kept short enough for it. 0 allows only models that cost nothing.',
};

export const temperatureField: INodeProperties = {
  displayName: 'Creativity (Temperature)',
  name: 'temperature',
  type: 'number',
  typeOptions: { minValue: 0, maxValue: 2, numberPrecision: 2 },
  default: 0.7,
  description: 'Low values give the same answer again and again, high values a different one each time. Not set: the model decides.',
};

export const maxOutputTokensField: INodeProperties = {
  displayName: 'Maximum Answer Length (Tokens)',
  name: 'maxOutputTokens',
  type: 'number',
  typeOptions: { minValue: 1 },
  default: 2000,
  description: 'An answer is cut off after this many tokens',
};

export const firstModelField: INodeProperties = {
  displayName: 'Model to Ask First',
  name: 'model',
  type: 'string',
  default: '',
  placeholder: 'e.g. ollama/qwen3:8b',
  description: 'Asked before all others. They still answer when it cannot.',
};

export const projectField: INodeProperties = {
  displayName: 'Project',
  name: 'project',
  type: 'string',
  default: '',
  placeholder: 'e.g. Shop',
  description: 'What the work belongs to. A budget of the models file for this project then holds.',
};

export const reuseMinutesField: INodeProperties = {
  displayName: 'Reuse Equal Answers (Minutes)',
  name: 'reuseMinutes',
  type: 'number',
  typeOptions: { minValue: 0, maxValue: 10080 },
  default: 60,
  description: 'How long the answer to an equal question is given again, at no cost. Never for secret items, with tools, or with a creativity above 0.7. Not set or 0: every question is asked anew.',
};

export const reuseSimilarField: INodeProperties = {
  displayName: 'Reuse Nearly Equal Answers',
  name: 'reuseSimilar',
  type: 'boolean',
  default: true,
  description: 'Whether questions count as equal that differ only in a greeting, please, thanks, spaces or the mark at the end. Works beside Reuse Equal Answers.',
};

export const roleField: INodeProperties = {
  displayName: 'Role',
  name: 'role',
  type: 'string',
  default: '',
  placeholder: 'e.g. support',
  description: 'For whom the model works; shown in statistics',
};

export const timeLimitField: INodeProperties = {
  displayName: 'Time Limit (Seconds)',
  name: 'deadlineS',
  type: 'number',
  typeOptions: { minValue: 1 },
  default: 120,
  description: 'An answer that takes longer fails, other models included. Not set: only a model that falls silent is given up.',
};
