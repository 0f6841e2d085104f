/** What a model wants before a text. */
interface Prefixes {
  query: string;
  document: string;
}

const NONE: Prefixes = { query: '', document: '' };
const ONLY_QUERY: Prefixes = { query: 'Represent this sentence for searching relevant passages: ', document: '' };

/**
 * Embedding models of Ollama's library, in the order they are taken: small and good at finding first, several languages before English alone.
 * Prefixes are those of each model's card on Hugging Face (read 2026-11-21).
 */
const KNOWN: ReadonlyArray<{ name: string } & Prefixes> = [
  // nomic-ai/nomic-embed-text-v2-moe, nomic-ai/nomic-embed-text-v1.5
  { name: 'nomic-embed-text-v2-moe', query: 'search_query: ', document: 'search_document: ' },
  { name: 'embeddinggemma', query: 'task: search result | query: ', document: 'title: none | text: ' }, // google/embeddinggemma-300m
  { name: 'nomic-embed-text', query: 'search_query: ', document: 'search_document: ' },
  { name: 'bge-m3', ...NONE }, // BAAI/bge-m3: "no longer requires adding instructions to the queries"
  { name: 'qwen3-embedding', query: 'Instruct: Given a web search query, retrieve relevant passages that answer the query\nQuery:', document: '' }, // Qwen/Qwen3-Embedding-0.6B
  { name: 'snowflake-arctic-embed2', query: 'query: ', document: '' }, // Snowflake/snowflake-arctic-embed-l-v2.0
  { name: 'mxbai-embed-large', ...ONLY_QUERY }, // mixedbread-ai/mxbai-embed-large-v1
  { name: 'snowflake-arctic-embed', ...ONLY_QUERY }, // Snowflake/snowflake-arctic-embed-l
  { name: 'bge-large', ...ONLY_QUERY }, // BAAI/bge-large-en-v1.5
  { name: 'granite-embedding', ...NONE },
  { name: 'paraphrase-multilingual', ...NONE },
  { name: 'all-minilm', ...NONE },
];

/** @param installed names as Ollama lists them @returns the first known one among them */
export function chosenModel(installed: readonly string[]): string | undefined {
  for (const { name } of KNOWN) {
    const found = installed.find((candidate) => baseName(candidate) === name);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** @returns none for a model that is not known */
export function prefixesOf(model: string): Prefixes {
  return KNOWN.find(({ name }) => name === baseName(model)) ?? NONE;
}

/** Without tag and namespace: `someone/nomic-embed-text:v1.5` is `nomic-embed-text`. */
function baseName(model: string): string {
  return model.toLowerCase().replace(/:.*$/, '').replace(/^.*\//, '');
}
