import { findOllama, ollamaAdvice, triedText, type OllamaSearch } from '../../router';

const UNKNOWN = 'the host name is unknown';
const SILENT = 'nothing listens at this address';
const LOCAL = { url: 'http://localhost:11434', why: SILENT };
const notFound = (more: Partial<OllamaSearch> = {}): OllamaSearch => ({ tried: [LOCAL, { url: 'http://host.docker.internal:11434', why: UNKNOWN }, { url: 'http://ollama:11434', why: UNKNOWN }], ...more });

it('the addresses that were tried are gathered by what came back', () => {
  expect(triedText(notFound())).toBe(`http://localhost:11434 (${SILENT}); http://host.docker.internal:11434, http://ollama:11434 (${UNKNOWN})`);
});

it.each<[string, OllamaSearch, RegExp, RegExp]>([
  ['without a container: install, start and pull', notFound(), /^Install and start Ollama .*ollama pull qwen3:8b/, /container|extra_hosts/],
  ['in a container that does not know the computer around it: how Linux makes it known', notFound({ inContainer: true }), /computer around it.*extra_hosts: \["host\.docker\.internal:host-gateway"\].*OLLAMA_HOST=0\.0\.0\.0/, /^Install/],
  ['in a container that knows the computer around it: start Ollama there', { tried: [LOCAL, { url: 'http://host.docker.internal:11434', why: SILENT }], inContainer: true }, /computer around it.*OLLAMA_HOST=0\.0\.0\.0/, /extra_hosts/],
  ['with "localhost" in the credential of an n8n in a container: which address is meant', { tried: [LOCAL], inContainer: true, isConfigured: true }, /localhost is the container itself.*http:\/\/host\.docker\.internal:11434/, /Install/],
  ['with an address of its own: look at that', { tried: [{ url: 'http://big-box:11434', why: UNKNOWN }], isConfigured: true }, /field "Ollama URL"/, /Install|extra_hosts/],
  ['with an Ollama that has no chat model: pull one, and no password in sight', { url: 'http://ada:hunter2@big-box:11434', tried: [] }, /answers at big-box.*ollama pull/, /hunter2|start/],
])('the advice %s', (_, search, says, keepsQuiet) => {
  expect(ollamaAdvice(search)).toMatch(says);
  expect(ollamaAdvice(search)).not.toMatch(keepsQuiet);
});

it('a search in vain says whether the user gave the address and whether we are in a container', async () => {
  const nowhere = 'http://127.0.0.1:9';
  expect(await findOllama({ usualAddresses: [nowhere], inContainer: true })).toEqual({ tried: [{ url: nowhere, why: SILENT }], isConfigured: false, inContainer: true });
  expect(await findOllama({ configured: nowhere, inContainer: false })).toMatchObject({ isConfigured: true, inContainer: false });
});
