import { findModels, modelAdvice } from '../../scripts/start/models';
import { startOllamaServer } from '../support/model-servers';

const nothing = { ollamaModels: [], hasAnthropic: false, hasOpenAi: false };

describe('findModels', () => {
  it('lists what an Ollama offers', async () => {
    const ollama = await startOllamaServer({ models: ['qwen3:8b'] });
    expect(await findModels({ OLLAMA_HOST: ollama.url })).toEqual({ ...nothing, ollamaUrl: ollama.url, ollamaModels: ['qwen3:8b'] });
    await ollama.close();
  });

  it('counts keys, and is not stopped by an address where nobody answers or that is none', async () => {
    expect(await findModels({ OLLAMA_HOST: '127.0.0.1:1', ANTHROPIC_API_KEY: 'key' })).toEqual({ ...nothing, hasAnthropic: true });
    expect(await findModels({ OLLAMA_HOST: 'http://[nonsense', OPENAI_API_KEY: 'key' })).toEqual({ ...nothing, hasOpenAi: true });
  });
});

describe('modelAdvice', () => {
  it('offers the rehearsal when nothing can answer', () => {
    const advice = modelAdvice(nothing, false);
    expect(advice).toEqual({ problem: true, line: expect.stringContaining('npm start -- --rehearsal') });
  });

  it('names the missing step when Ollama runs without a model', () => {
    expect(modelAdvice({ ...nothing, ollamaUrl: 'http://127.0.0.1:11434' }, false).line).toContain('ollama pull');
  });

  it('says which services can answer, and that a rehearsal is one', () => {
    expect(modelAdvice({ ...nothing, hasAnthropic: true }, false)).toEqual({ problem: false, line: 'Models: Anthropic' });
    expect(modelAdvice(nothing, true)).toEqual({ problem: false, line: expect.stringContaining('rehearsal') });
  });
});
