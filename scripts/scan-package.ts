/**
 * n8n's package scan, on this machine: `npm run scan [-- --json]`.
 *
 * The same rules and patterns as `analyzePackage` of @n8n/scan-community-package 0.32.0, on both things it looks at:
 * `package` is what npm would publish, `source` is what is in the repository. Its provenance check needs the published package.
 */
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { n8nCommunityNodesPlugin } from '@n8n/eslint-plugin-community-nodes';
import * as parser from '@typescript-eslint/parser';
import { ESLint, type Linter } from 'eslint';
import n8nNodesPlugin from 'eslint-plugin-n8n-nodes-base';

/** Name of each rule that makes the scan fail → how often. */
type RulesMet = Record<string, number>;

const PACKAGE_PATTERNS = ['**/*.js', '**/*.ts', '**/*.json'];
const SOURCE_PATTERNS = ['package.json', '{nodes,credentials}/**/*.{js,ts,json}'];

async function scanPackage(root: string): Promise<{ package: RulesMet; source: RulesMet }> {
  const packed = packedFolder(root);
  try {
    return { package: await rulesMet(packed, PACKAGE_PATTERNS), source: await rulesMet(root, SOURCE_PATTERNS) };
  } finally {
    rmSync(packed, { recursive: true, force: true });
  }
}

/** A folder with the files npm would publish. The build must have run. */
function packedFolder(root: string): string {
  const [packed] = JSON.parse(execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })) as Array<{ files: Array<{ path: string }> }>;
  const folder = mkdtempSync(join(tmpdir(), 'aios-scan-'));
  for (const { path } of packed!.files) cpSync(join(root, path), join(folder, path));
  return folder;
}

async function rulesMet(cwd: string, patterns: string[]): Promise<RulesMet> {
  const eslint = new ESLint({ cwd, allowInlineConfig: false, overrideConfigFile: true, overrideConfig: scanRules(), errorOnUnmatchedPattern: false });
  const results = await eslint.lintFiles(patterns);
  const errors = results.flatMap(({ messages }) => messages).filter(({ severity }) => severity === 2);
  const met: RulesMet = {};
  for (const { ruleId, message } of errors) met[ruleId ?? message] = (met[ruleId ?? message] ?? 0) + 1;
  return Object.fromEntries(Object.entries(met).sort(([one], [other]) => one.localeCompare(other)));
}

/** As `buildScanConfig` of the scan builds it. */
function scanRules(): Linter.Config[] {
  const { community, credentials, nodes } = n8nNodesPlugin.configs;
  return [
    { ignores: ['node_modules/**', '**/package-lock.json'] },
    n8nCommunityNodesPlugin.configs.recommended as Linter.Config,
    { rules: { 'no-console': 'error' } },
    { plugins: { 'n8n-nodes-base': n8nNodesPlugin as ESLint.Plugin } },
    { files: ['package.json'], rules: community.rules },
    {
      files: ['**/credentials/**/*.ts'],
      rules: { ...credentials.rules, 'n8n-nodes-base/cred-class-field-documentation-url-miscased': 'off', 'n8n-nodes-base/cred-class-field-type-options-password-missing': 'off' },
    },
    {
      files: ['**/nodes/**/*.ts'],
      rules: { ...nodes.rules, 'n8n-nodes-base/node-class-description-inputs-wrong-regular-node': 'off', 'n8n-nodes-base/node-class-description-outputs-wrong': 'off', 'n8n-nodes-base/node-param-type-options-max-value-present': 'off' },
    },
    { files: ['**/*.json', '**/*.ts'], languageOptions: { parser } },
  ];
}

async function main(): Promise<void> {
  const root = join(__dirname, '..');
  if (!existsSync(join(root, 'dist', 'team.js'))) {
    process.stderr.write('Nothing to scan yet: run "npm run build" first.\n');
    process.exit(2);
  }
  const met = await scanPackage(root);
  if (process.argv.includes('--json')) return void process.stdout.write(`${JSON.stringify(met)}\n`);
  for (const [part, rules] of Object.entries(met))
    for (const [rule, count] of Object.entries(rules)) process.stdout.write(`${part}\t${rule}\t${count}\n`);
}

void main();
