import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runAios } from '../../cli';
import { modelsExport, modelsImport } from '../../cli/commands/models';
import { readModelsFile } from '../../router';
import { closeIdleTeams, openTeam } from '../../team';
import { startOllamaServer, type ModelServer } from '../support/model-servers';
import { recordingTerminal } from '../support/recording-terminal';
import { temporaryFolder } from '../support/temporary-folder';

const never = new AbortController().signal;
const servers: ModelServer[] = [];
afterEach(async () => {
  await closeIdleTeams();
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

async function ollamaWith(model: string): Promise<string> {
  const server = await startOllamaServer({ models: [model] });
  servers.push(server);
  return server.url;
}

async function call(argv: string[], environment: Record<string, string> = {}) {
  const terminal = recordingTerminal();
  const exitCode = await runAios(['models', ...argv], [modelsExport, modelsImport], { terminal, environment, signal: never });
  return { exitCode, ...terminal };
}

function fileWith(text: string): string {
  const path = join(temporaryFolder(), 'mine.yaml');
  writeFileSync(path, text);
  return path;
}

describe('aios models import', () => {
  it('puts a file in place as it is, and the team works by it', async () => {
    const data = temporaryFolder();
    const [home, lan] = [await ollamaWith('qwen3:8b'), await ollamaWith('gemma3:4b')];
    const text = `# ours\nmodels: [{name: lan, provider: ollama, endpoint: "${lan}", model: "gemma3:4b"}]\nassign: {qa: lan, cto: "qwen3:8b"}\n`;
    const { exitCode, out } = await call(['import', fileWith(text), '--data', data]);
    const place = join(data, '.n8n', 'aios', 'default', 'models.yaml');
    expect([exitCode, out.join('')]).toEqual([0, `1 model in ${place}.`]);
    expect(readFileSync(place, 'utf8')).toBe(text);
    const { team, release } = await openTeam({ ollamaUrl: home }, { userFolder: data, environment: {}, log: () => {} });
    const asked = async (role: string) => (await team.router.complete({ messages: [{ role: 'user', text: 'Hello' }], facts: { privacy: 'secret', role } }, never)).decision.model;
    expect([await asked('qa'), await asked('cto')]).toEqual([`ollama@${new URL(lan).host}/gemma3:4b`, 'ollama/qwen3:8b']);
    release();
  });

  it('keeps the former file, under the name that is read', async () => {
    const data = temporaryFolder();
    const first = await call(['import', fileWith('[]'), '--data', data]);
    const second = await call(['import', fileWith('[{"name": "a", "provider": "ollama", "model": "m"}]'), '--data', data, '--json']);
    const { path, formerPath, models } = JSON.parse(second.out.join('')) as { path: string; formerPath: string; models: number };
    expect(first.out.join('')).toContain(path);
    expect([models, readFileSync(formerPath, 'utf8')]).toEqual([1, '[]']);
  });

  it('changes nothing for a file with a fault, and names it', async () => {
    const data = temporaryFolder();
    const { exitCode, said } = await call(['import', fileWith('- name: a\n  provider: ollama\n  api_key: x\n'), '--data', data]);
    expect(exitCode).toBe(1);
    expect(said.join('\n')).toMatch(/Line 3 of the models file holds the field "api_key"[\s\S]*credential/);
    expect(existsSync(join(data, '.n8n'))).toBe(false);
  });
});

describe('aios models export', () => {
  it('prints entries of the file and what else was found, as a file that can be imported', async () => {
    const data = temporaryFolder();
    const home = await ollamaWith('qwen3:8b');
    const { out } = await call(['export', '--data', data], { OLLAMA_HOST: home });
    const { file, warnings } = readModelsFile(out.join('\n'));
    expect(warnings).toEqual([]);
    expect(file.models).toMatchObject([{ name: 'qwen3:8b', type: 'local', provider: 'ollama', model: 'qwen3:8b', price: { prompt: 0, completion: 0 } }]);
    await call(['import', fileWith(out.join('\n')), '--data', data]);
    expect((await call(['export', '--data', data], { OLLAMA_HOST: home })).out).toEqual(out);
  });
});
