import { openTeam, type TeamHost } from '../../team';
import { startOllamaServer } from '../support/model-servers';
import { startStubQdrant } from '../support/qdrant-server';
import { describeWithService, qdrantApi } from '../support/services';
import { temporaryFolder } from '../support/temporary-folder';

// The first test loads the whole team, which takes its time on a busy machine.
jest.setTimeout(30_000);

const never = new AbortController().signal;
const host = (userFolder = temporaryFolder(), environment: Record<string, string> = {}): TeamHost => ({ userFolder, environment, log: () => {} });
const fact = (text: string) => ({ text, kind: 'fact' as const, scope: { level: 'team' as const } });

it("embeds with the team's own Ollama, by the model the credential names", async () => {
  const ollama = await startOllamaServer({ models: ['qwen3:8b', 'all-minilm', 'nomic-embed-text'] });
  const { team, release } = await openTeam({ ollamaUrl: ollama.url, embeddingModel: 'all-minilm' }, host());
  expect((await team.memory.remember([fact('Bees dance.')], never))[0]).not.toHaveProperty('notEmbedded');
  expect((await team.memory.sizes()).byModel).toMatchObject([{ model: 'all-minilm', items: 1 }]);
  release();
  await ollama.close();
});

describeWithService(qdrantApi, 'a team with a Qdrant URL', () => {
  it('remembers there, in queue mode too, and another process of the team recalls it', async () => {
    const qdrant = await startStubQdrant({ openApiFile: qdrantApi.found!, apiKey: 'key' });
    const credential = { qdrantUrl: qdrant.url, qdrantApiKey: 'key', teamName: 'sales', ollamaUrl: 'http://127.0.0.1:9' };
    const [first, second] = await Promise.all([openTeam(credential, host()), openTeam(credential, host())]);
    await first.team.memory.remember([fact('Bees dance in circles.')], never);
    expect((await second.team.memory.recall({ query: 'Do bees dance?' }, never)).items).toEqual([expect.objectContaining({ item: expect.objectContaining({ text: 'Bees dance in circles.' }) })]);
    expect([[...qdrant.collections.keys()], qdrant.faults]).toEqual([['aios_sales'], []]);
    first.release();
    second.release();
    await qdrant.close();
  });
});
