import type { ModelsFile } from '../router';
import type { DoctorCheck } from './report';

/** The same checks, where the models file's says which models it counts on that nobody has. */
export function withMissingModels(checks: readonly DoctorCheck[], file: ModelsFile | undefined): DoctorCheck[] {
  const missing = file === undefined ? [] : missingNames(file, checks.flatMap(({ models = [] }) => models));
  if (missing.length === 0) return [...checks];
  const silent = checks.some(({ status, service }) => status === 'failed' && SERVICES.has(service));
  const said = `${missing.map(({ name, where }) => `"${name}" (${where})`).join(', ')}: ${silent ? 'no service that answers has such a model' : 'no service has such a model'}`;
  return checks.map((check) => (check.service !== 'modelsFile' || check.status === 'failed' || check.title !== MODELS_FILE_TITLE ? check : {
    ...check, status: 'warning', detail: `${check.detail} ${said}.`, todo: check.todo ?? `Pull or load the model, or correct its name in ${check.address ?? 'the models file'}; meanwhile the router chooses among the others.`,
  }));
}

export const MODELS_FILE_TITLE = 'Models file';
const SERVICES = new Set<string>(['ollama', 'anthropic', 'openAi', 'modelsFile']);

/** The provider of chat models connected to the Hybrid Router Model. */
const CONNECTED = 'n8n';

interface NamedModel {
  name: string;
  /** Who counts on it. */
  where: string;
}

function missingNames({ models, assign, experiments, limits }: ModelsFile, found: ReadonlyArray<{ id: string; name: string }>): NamedModel[] {
  const providers = new Set([CONNECTED, ...found.map(({ id }) => id.split('/')[0]!.toLowerCase())]);
  const wanted: NamedModel[] = [
    ...Object.entries(assign).flatMap(([role, { primary, fallback }]) => [primary, ...fallback].map((name) => ({ name, where: `assigned to ${role}` }))),
    ...experiments.flatMap(({ name: experiment, arms }) => arms.map(({ model }) => ({ name: model, where: `experiment ${experiment}` }))),
    // A limit whose name is misspelt limits nothing.
    ...Object.keys(limits).filter((name) => !providers.has(name.trim().toLowerCase())).map((name) => ({ name, where: 'limits' })),
  ];
  const isFound = (name: string) => found.some((model) => [model.id, model.name].some((known) => known === name || known === `${name}:latest`));
  // Services that list little are believed on the file's word (but not Ollama, which lists all it has).
  // What is connected to a node is known to that node alone.
  const isConnected = (name: string) => name.startsWith(`${CONNECTED}/`) || models.some((entry) => entry.name === name && entry.provider === CONNECTED);
  const isThere = (name: string) => isFound(name) || isConnected(name) || models.some((entry) => entry.name === name && (isFound(entry.model) || (entry.endpoint !== undefined && entry.provider !== 'ollama')));
  return wanted.filter(({ name }) => !isThere(name));
}
