import { configWithoutCloudSupport } from '@n8n/node-cli/eslint';
import js from '@eslint/js';
import tseslint from 'typescript-eslint';

const NODE_FILES = ['nodes/**/*.ts', 'credentials/**/*.ts'];
const DOMAIN_FILES = ['kernel', 'storage', 'privacy', 'workspace', 'memory', 'messaging', 'router', 'skills', 'runs', 'agents', 'improvement', 'insights', 'team'].map((folder) => `${folder}/**/*.ts`);
const TOOL_FILES = ['cli/**/*.ts', 'runner/**/*.ts', 'scripts/**/*.ts', 'tests/**/*.ts'];

/** n8n's rules are written for packages that are nodes alone; here they judge the folders n8n loads. */
function forOurFolders(config) {
  if (!config.files) return config;
  const files = config.files.flatMap((pattern) => (pattern === '**/*.ts' ? NODE_FILES : [pattern.replace(/^\.\//, '')]));
  return { ...config, files };
}

export default tseslint.config(
  { ignores: ['dist/', 'coverage/', '.build/', '.data/', '**/fixtures/**'] },
  // Without cloud support: a self-hosted package may use Redis, files and models in the user's network (docs/decisions/0001).
  ...configWithoutCloudSupport.map(forOurFolders),
  // Rules this package cannot meet, each switched off by name where it cannot.
  {
    // The team bundle and the AI SDK are loaded at the first execution, not when n8n starts, and n8n makes its packages visible to `require` alone.
    files: NODE_FILES,
    rules: { '@typescript-eslint/no-require-imports': 'off' },
  },
  {
    // Steps of a run that the canvas puts in order; called by another agent as tools they would break that order, and their own model inputs would be gone.
    // Approval becomes the gate before an agent's tools by itself; as a tool the agent would ask whether it may ask.
    files: ['nodes/{Approval,CtoAgent,SpecialistAgent,QaAgent,TaskBoard}/*.node.ts'],
    rules: { '@n8n/community-nodes/node-usable-as-tool': 'off' },
  },
  {
    // A chat model below an agent, with models of its own below it: no tool, and a type that generates none.
    files: ['nodes/HybridRouterModel/*.node.ts'],
    rules: { '@n8n/community-nodes/node-usable-as-tool': 'off' },
  },
  {
    // Programs call this node by its fixed address; nothing is registered with a third party that could be checked, created or deleted.
    // The same holds for the address under which an execution of the node Approval waits.
    files: ['nodes/{Approval,TeamApiTrigger}/*.node.ts'],
    rules: { '@n8n/community-nodes/webhook-lifecycle-complete': 'off' },
  },
  {
    // The attempt's default is an expression that takes the number from the item; the rule knows literal numbers only.
    files: ['nodes/shared/fields.ts'],
    rules: { 'n8n-nodes-base/node-param-default-wrong-for-number': 'off' },
  },
  {
    // A Redis address carries its password (redis://user:password@host), so the field is hidden although its name does not sound secret.
    files: ['credentials/AiosTeamApi.credentials.ts'],
    rules: { '@n8n/community-nodes/credential-unnecessary-password': 'off' },
  },
  {
    files: [...DOMAIN_FILES, ...TOOL_FILES],
    extends: [js.configs.recommended, tseslint.configs.recommended],
    // Text from models is searched for control characters on purpose.
    rules: { 'no-control-regex': 'off', '@typescript-eslint/no-unused-vars': ['error', { ignoreRestSiblings: true }] },
  },
  {
    // Built files are loaded as n8n loads them.
    files: TOOL_FILES,
    rules: { '@typescript-eslint/no-require-imports': 'off' },
  },
  {
    files: [...DOMAIN_FILES, ...NODE_FILES],
    rules: {
      'no-console': 'error',
      'no-restricted-syntax': ['error', { selector: "ThrowStatement > NewExpression[callee.name='Error']", message: 'Throw an AiosError with a hint (docs: kernel/errors.ts).' }],
    },
  },
);
