import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { readEnvFile } from '../../scripts/compose/interpolate';
import { readCompose } from '../../scripts/compose/read-compose';
import { itUnless, missingService, openssl } from '../support/services';
import { temporaryFolder } from '../support/temporary-folder';
import { composeText, operatorVariables, secretNames } from './compose-under-test';

const root = join(__dirname, '..', '..');
const page = readFileSync(join(root, 'docs', 'self-hosting.md'), 'utf8');
const compose = readCompose(composeText, operatorVariables);

describe('docs/self-hosting.md', () => {
  itUnless(missingService(openssl), 'makes an .env with all secrets by its own commands', () => {
    const folder = temporaryFolder();
    copyFileSync(join(root, '.env.example'), join(folder, '.env.example'));
    const commands = page.split('\n').filter((line) => line.startsWith('cp .env.example') || line.startsWith('for name in'));
    expect(spawnSync('sh', ['-ec', commands.join('\n')], { cwd: folder }).status).toBe(0);
    expect(statSync(join(folder, '.env')).mode & 0o077).toBe(0);
    const made = readEnvFile(readFileSync(join(folder, '.env'), 'utf8'));
    expect(secretNames.map((name) => made[name])).toEqual(secretNames.map(() => expect.stringMatching(/^[0-9a-f]{48}$/)));
    expect(new Set(secretNames.map((name) => made[name])).size).toBe(secretNames.length);
    expect(() => readCompose(composeText, made)).not.toThrow();
  });

  it('says what each volume holds', () => {
    const told = [...page.matchAll(/^\| `([a-z0-9-]+)` \|/gm)].map(([, name]) => name);
    expect(Object.keys(compose.volumes).filter((volume) => !told.includes(volume))).toEqual([]);
  });

  it('backs up every volume that cannot be had again', () => {
    const volumes = Object.keys(compose.volumes).filter((volume) => !['postgres-data', 'ollama-models', 'runner-socket'].includes(volume));
    const loops = [...page.matchAll(/^for volume in ([a-z0-9 -]+);/gm)].map(([, list]) => list!.split(' ').sort());
    expect(loops).toEqual([volumes.sort(), volumes.sort()]);
  });

  it('names services and files that exist', () => {
    const services = [...page.matchAll(/docker compose (?:exec|logs -f|restart)(?: -T| -e \S+(?:=<[^>]+>)?)* ([a-z0-9-]+)/g)].map(([, name]) => name!);
    expect(services.length).toBeGreaterThan(4);
    expect(services.filter((name) => !compose.services[name])).toEqual([]);
    const links = [...page.matchAll(/\]\((?!https?:)([^)#]+)\)/g)].map(([, path]) => path!);
    expect(links.filter((path) => !existsSync(join(root, 'docs', path)))).toEqual([]);
  });
});
