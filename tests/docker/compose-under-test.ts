import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readEnvFile } from '../../scripts/compose/interpolate';

const root = join(__dirname, '..', '..');

export const composeText = readFileSync(join(root, 'docker-compose.n8n.yml'), 'utf8');
export const exampleText = readFileSync(join(root, '.env.example'), 'utf8');

/** What the comment at the end of .env.example makes an operator add. */
export const secretNames = /for name in ([A-Z0-9_ ]+);/.exec(exampleText)![1]!.split(' ');

/** .env as an operator has it: the example and a value for each secret. */
export const operatorVariables: Record<string, string> = { ...readEnvFile(exampleText), ...Object.fromEntries(secretNames.map((name) => [name, `${name.toLowerCase()}-of-a-test`])) };
