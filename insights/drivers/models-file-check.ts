import { errorFacts } from '../../kernel';
import { findModelsFile, isOwnMachine, readFoundModelsFile, type Budget, type FoundModelsFile, type ModelsFile, type ModelsFileEntry } from '../../router';
import { MODELS_FILE_TITLE } from '../named-models';
import type { DoctorCheck } from '../report';

/** The models file of a folder as it stands now, and what is to be said of it; neither where there is none. */
export async function checkModelsFile(folder: string): Promise<{ check?: DoctorCheck; entries: ModelsFileEntry[]; budgets: Budget[]; file?: ModelsFile }> {
  const found = await findModelsFile(folder);
  if (!found) return { entries: [], budgets: [] };
  const base = { service: 'modelsFile', title: MODELS_FILE_TITLE, address: found.path } as const;
  try {
    const { file, warnings } = await readFoundModelsFile(found);
    const doubts = [...warnings, ...file.models.flatMap(doubtOf)];
    const counts = countsOf(file);
    if (doubts.length === 0) return { check: { ...base, status: 'ok', detail: `${counts}.` }, entries: file.models, budgets: file.budgets, file };
    return { check: { ...base, status: 'warning', detail: `${counts}. But ${doubts.join('; ')}.`, todo: `Correct ${found.path}; it is read anew at once.` }, entries: file.models, budgets: file.budgets, file };
  } catch (error) {
    return { check: { ...base, ...faultOf(error, found) }, entries: [], budgets: [] };
  }
}

function countsOf({ models, assign, presets, budgets, limits, experiments }: ModelsFile): string {
  const counted = (count: number, one: string) => `${count} ${one}${count === 1 ? '' : 's'}`;
  const parts = [counted(models.length, 'model'), ...(Object.keys(assign).length > 0 ? [`${counted(Object.keys(assign).length, 'role')} assigned`] : []), ...(Object.keys(presets).length > 0 ? [`${counted(Object.keys(presets).length, 'preset')} changed`] : []), ...(experiments.length > 0 ? [counted(experiments.length, 'experiment')] : []), ...(budgets.length > 0 ? [counted(budgets.length, 'budget')] : []), ...(Object.keys(limits).length > 0 ? [counted(Object.keys(limits).length, 'limit')] : [])];
  return parts.join(', ');
}

function doubtOf(entry: ModelsFileEntry): string[] {
  const { name, type, provider, endpoint } = entry;
  if (endpoint === undefined) return [];
  if (provider === 'anthropic') return [`"${name}" has an address of its own: that is used only where the credential names the same, for keys go nowhere else`];
  return type === 'local' && !isOwnMachine(entry) ? [`"${name}" calls itself local, but ${new URL(endpoint).host} is not this machine: it gets no secrets (if it is yours, write local: true)`] : [];
}

function faultOf(error: unknown, { path }: FoundModelsFile): Pick<DoctorCheck, 'status' | 'detail' | 'todo'> {
  const { code, message, hint } = errorFacts(error);
  if (code === 'MODELS_FILE') return { status: 'failed', detail: `${message} A running team goes by what it had read before.`, todo: `${path}: ${hint}` };
  return { status: 'failed', detail: `cannot be read: ${message}`, todo: `Let the user that runs n8n read ${path}.` };
}
