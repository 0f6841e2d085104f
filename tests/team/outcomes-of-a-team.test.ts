import { closeIdleTeams, openTeam, type Team, type TeamHost } from '../../team';
import { startOllamaServer, type ModelServer } from '../support/model-servers';
import { describeWithRedis } from '../support/redis-team';
import { temporaryFolder } from '../support/temporary-folder';

let server: ModelServer;
beforeEach(async () => {
  server = await startOllamaServer({ models: ['qwen3:8b'] });
});
afterEach(async () => {
  await closeIdleTeams();
  await server.close();
});

/** A task worked on and judged, and one answer in JSON, in a whole team as nodes open it. */
async function judgedBy(credential: Record<string, unknown>) {
  const host: TeamHost = { userFolder: temporaryFolder(), environment: {}, log: () => {} };
  const { team, release } = await openTeam({ ollamaUrl: server.url, ...credential }, host);
  try {
    await work(team);
    const { status, judgedBy: judges, inForce } = await team.calibrator.take('apply');
    return { status, judges, inForce };
  } finally {
    release();
  }
}

async function work({ agents, router }: Team): Promise<void> {
  const call = { owner: 'execution-1', signal: new AbortController().signal, say: () => {} };
  const { result } = await agents.work({ goal: 'Write a greeting', role: 'research' }, call);
  await agents.review(result, call);
  const schema = { name: 'mood', schema: { type: 'object', properties: { mood: { type: 'string' } }, required: ['mood'] } };
  await router.complete({ messages: [{ role: 'user', text: 'How is the mood?' }], schema, facts: { privacy: 'internal' } }, call.signal);
}

const EXPECTED = { status: 'tooFew', judges: { qa: 1, schema: 2 }, inForce: null };

it('a team\'s outcomes are kept in its database', async () => {
  expect(await judgedBy({})).toEqual(EXPECTED);
});

describeWithRedis('with Redis', (redis) => {
  it('a team\'s outcomes are kept there', async () => {
    expect(await judgedBy({ redisUrl: redis.url, teamName: 'learning' })).toEqual(EXPECTED);
  });
});
