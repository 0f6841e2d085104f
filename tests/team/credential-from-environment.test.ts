import { credentialFromEnvironment, teamConfigSchema } from '../../team';

describe('credentialFromEnvironment', () => {
  it('fills every field from its environment name, and each is a field the team knows', () => {
    const data = credentialFromEnvironment({
      AIOS_TEAM: 'sales',
      OLLAMA_HOST: '0.0.0.0:11434',
      ANTHROPIC_API_KEY: 'a',
      ANTHROPIC_BASE_URL: 'http://a.test',
      OPENAI_API_KEY: 'o',
      OPENAI_BASE_URL: 'http://o.test/v1',
      REDIS_URL: 'redis://r.test',
      AIOS_EMBEDDING_MODEL: 'nomic-embed-text',
      QDRANT_URL: 'http://q.test',
      QDRANT_API_KEY: 'q',
      SEARXNG_URL: 'http://s.test',
      AIOS_S3_ENDPOINT: 'http://m.test:9000',
      AIOS_S3_BUCKET: 'b',
      AIOS_S3_REGION: 'eu-central-1',
      AIOS_S3_ACCESS_KEY: 'k',
      AIOS_S3_SECRET_KEY: 's',
      AIOS_WEB_HOSTS: 'wiki.lan, 10.0.0.5:3000',
      AIOS_RUNNER_URL: 'unix:/run/runner.sock',
      AIOS_RUNNER_TOKEN: 't',
      AIOS_DAILY_BUDGET_USD: '$5',
      AIOS_MONTHLY_BUDGET_USD: '50.5',
      AIOS_WHEN_BUDGET_USED_UP: 'ask',
    });
    const parsed = teamConfigSchema.parse(data);
    expect(parsed).toEqual({ ...data, dailyBudgetUsd: 5, monthlyBudgetUsd: 50.5, webHosts: ['wiki.lan', '10.0.0.5:3000'] });
    // These two are read from the host's environment by the team itself.
    expect(Object.keys(teamConfigSchema.shape).filter((field) => !(field in data))).toEqual(['dataDir', 'apiToken']);
  });

  it('leaves out what is absent or blank, so that the defaults hold', () => {
    expect(credentialFromEnvironment({ OLLAMA_HOST: '  ', OPENAI_API_KEY: '', PATH: '/bin' })).toEqual({});
  });
});
