import { configWithoutCloudSupport } from '@n8n/node-cli/eslint';
import js from '@eslint/js';
import tseslint from 'typescript-eslint';

const NODE_FILES = ['nodes/**/*.ts', 'credentials/**/*.ts'];
const DOMAIN_FILES = ['kernel', 'storage', 'privacy', 'workspace', 'memory', 'messaging', 'router', 'skills', 'runs', 'agents', 'improvement', 'insights', 'team'].map((folder) => `${folder}/**/*.ts`);
const TOOL_FILES = ['cli/**/*.ts', 'scripts/**/*.ts', 'tests/**/*.ts'];

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
  {
    files: [...DOMAIN_FILES, ...TOOL_FILES],
    extends: [js.configs.recommended, tseslint.configs.recommended],
  },
  {
    files: [...DOMAIN_FILES, ...NODE_FILES],
    rules: {
      'no-console': 'error',
      'no-restricted-syntax': ['error', { selector: "ThrowStatement > NewExpression[callee.name='Error']", message: 'Throw an AiosError with a hint (docs: kernel/errors.ts).' }],
    },
  },
);
