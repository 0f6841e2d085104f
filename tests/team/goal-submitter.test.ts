import { sha256 } from '../../kernel';
import { TOKEN, openApi } from './open-http-api';

describe('who submitted a goal', () => {
  const submitted = async (request: { token?: string; submittedBy?: string }) => {
    const team = openApi();
    await team.approvers.add('Ada', sha256('token-of-ada'));
    const { token = TOKEN, ...body } = request;
    const answer = await team.ask({ authorization: `Bearer ${token}`, body: { goal: 'Write a haiku', ...body } });
    const by = answer.status === 202 ? (await team.runs.read(answer.json().runId)).run.submittedBy : undefined;
    return { ...team, answer, by };
  };

  it("is the approver whose token came with it; with the team's token a name is only what was sent", async () => {
    expect((await submitted({ token: 'token-of-ada' })).by).toBe('Ada');
    expect((await submitted({ token: 'token-of-ada', submittedBy: ' ADA' })).by).toBe('Ada');
    expect((await submitted({ submittedBy: 'bob' })).by).toBe('bob (unproven)');
    expect((await submitted({})).by).toBeUndefined();
  });

  it('is nobody else than whose token it is', async () => {
    const { answer } = await submitted({ token: 'token-of-ada', submittedBy: 'bob' });
    expect(answer.status).toBe(400);
    expect(answer.json().detail).toBe('"submittedBy" is "bob", and the token belongs to Ada.');
  });

  it('is not whoever used the same Idempotency-Key before', async () => {
    const { ask } = await submitted({});
    const post = async (token: string, body = {}) => await ask({ authorization: `Bearer ${token}`, idempotencyKey: 'key 1', body: { goal: 'Write a haiku', ...body } });
    expect((await post(TOKEN, { submittedBy: 'bob' })).status).toBe(202);
    expect((await post(TOKEN, { submittedBy: 'bob' })).headers).toMatchObject({ 'Idempotency-Replayed': 'true' });
    expect((await post('token-of-ada')).json()).toMatchObject({ status: 422, code: 'IDEMPOTENCY_KEY_REUSED' });
  });

  it("opens nothing else to an approver's token", async () => {
    const { ask } = await submitted({});
    const authorization = 'Bearer token-of-ada';
    for (const request of [{ route: 'readTask' as const, query: { id: 'x' } }, { route: 'stats' as const }, { route: 'control' as const, body: { action: 'stop', all: true } }]) expect((await ask({ ...request, authorization })).status).toBe(401);
    expect((await submitted({ token: 'token-of-nobody' })).answer.status).toBe(401);
  });
});
