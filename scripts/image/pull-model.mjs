// Asks the first Ollama that answers for the model in OLLAMA_MODEL and waits until it is there.
const model = process.env.OLLAMA_MODEL || 'qwen3:4b';
const addresses = [process.env.OLLAMA_HOST, 'http://host.docker.internal:11434'].filter(Boolean);
const PROGRESS_EVERY_MS = 10_000;
const ANSWER_WITHIN_MS = 5_000;
let saidAtMs = 0;

try {
  const ollama = await findOllama();
  if (await hasModel(ollama)) say(`${model} is there already (${ollama}).`);
  else await pull(ollama);
} catch (error) {
  say(error.message);
  process.exit(1);
}

async function findOllama() {
  const tried = [];
  for (const address of addresses) {
    const answer = await fetch(`${address}/api/version`, { signal: AbortSignal.timeout(ANSWER_WITHIN_MS) }).catch((error) => error);
    if (answer.ok) return address;
    tried.push(`${address}: ${answer.status ?? answer.cause?.code ?? answer.name}`);
  }
  throw new Error(`No Ollama answered (${tried.join('; ')}). Put the profile cpu or gpu into COMPOSE_PROFILES, or start Ollama on this machine; on Linux with OLLAMA_HOST=0.0.0.0, or containers cannot reach it.`);
}

async function hasModel(ollama) {
  const { models = [] } = await (await fetch(`${ollama}/api/tags`, { signal: AbortSignal.timeout(ANSWER_WITHIN_MS) })).json();
  return models.some(({ name }) => name === model || name === `${model}:latest`);
}

/** Ollama answers one JSON line per step; an error comes as a line too, with status 200. */
async function pull(ollama) {
  say(`${ollama} pulls ${model}; this is some gigabytes, once.`);
  const answer = await fetch(`${ollama}/api/pull`, { method: 'POST', body: JSON.stringify({ model }) });
  if (!answer.ok) throw new Error(`Ollama answered ${answer.status} to the wish for ${model}: ${(await answer.text()).slice(0, 300)}`);
  let last = {};
  for await (const line of linesOf(answer.body)) {
    last = JSON.parse(line);
    if (last.error) throw new Error(`Ollama could not pull ${model}: ${last.error}`);
    showProgress(last);
  }
  if (last.status !== 'success') throw new Error(`Ollama ended before ${model} was complete (last: "${last.status ?? 'nothing'}"). Start it again: it goes on where it stopped.`);
  say(`${model} is there.`);
}

async function* linesOf(body) {
  let rest = '';
  for await (const chunk of body.pipeThrough(new TextDecoderStream())) {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop();
    yield* lines.filter((line) => line.trim() !== '');
  }
  if (rest.trim() !== '') yield rest;
}

function showProgress({ completed, total }) {
  if (!total || Date.now() - saidAtMs < PROGRESS_EVERY_MS) return;
  saidAtMs = Date.now();
  say(`${((completed ?? 0) / 1e9).toFixed(1)} of ${(total / 1e9).toFixed(1)} GB`);
}

function say(text) {
  process.stderr.write(`aios: ${text}\n`);
}
