import { findModelServices } from '../../team/model-drivers';
import { readTeamConfig } from '../../team/open-team';
import { startOllamaServer } from '../support/model-servers';

const wanted = new AbortController().signal;
const hostWith = (environment: Record<string, string>) => ({ userFolder: '/tmp', environment, log: () => {} });
const asked = async (credential: Record<string, unknown> | undefined, environment: Record<string, string>) => {
  const { ollama } = await findModelServices(readTeamConfig(credential, hostWith(environment)), false, wanted);
  return [...ollama.tried.map(({ url }) => url), ...(ollama.url ? [ollama.url] : [])];
};

describe('where Ollama is looked for', () => {
  it('goes on to the usual addresses when nobody answers at OLLAMA_HOST', async () => {
    const [first, second] = await asked(undefined, { OLLAMA_HOST: '127.0.0.1:9' });
    expect([first, second]).toEqual(['http://127.0.0.1:9', 'http://localhost:11434']);
  });

  it('takes OLLAMA_HOST when it answers', async () => {
    const server = await startOllamaServer({ models: [] });
    try {
      expect(await asked(undefined, { OLLAMA_HOST: server.url })).toEqual([server.url]);
    } finally {
      await server.close();
    }
  });

  it('asks the credential\'s address alone, whatever the environment says', async () => {
    expect(await asked({ ollamaUrl: 'http://127.0.0.1:9' }, { OLLAMA_HOST: '127.0.0.1:10' })).toEqual(['http://127.0.0.1:9']);
  });
});
