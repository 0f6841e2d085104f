import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { errorFacts, makeId } from '../../kernel';
import type { CatalogModel, ModelDriver } from '../../router';

const PROBE_TIMEOUT_MS = 8_000;

/** How one service answered, as one line for a person. */
export interface ServiceAnswer {
  service: string;
  isUp: boolean;
  detail: string;
}

export async function probeModels(service: string, driver: ModelDriver): Promise<ServiceAnswer> {
  try {
    const models = await driver.listModels(AbortSignal.timeout(PROBE_TIMEOUT_MS));
    return { service, isUp: models.length > 0, detail: describeModels(models) };
  } catch (error) {
    const { message, hint } = errorFacts(error);
    return { service, isUp: false, detail: `${message.replace(/[^.!?]$/, '$&.')} ${hint}` };
  }
}

export async function probeSearxng(url: string): Promise<ServiceAnswer> {
  const service = `SearXNG at ${url}`;
  try {
    const answer = await fetch(`${url}/healthz`, { signal: AbortSignal.timeout(PROBE_TIMEOUT_MS), redirect: 'manual' });
    return { service, isUp: answer.ok, detail: answer.ok ? 'answers' : `answered with status ${answer.status}` };
  } catch {
    return { service, isUp: false, detail: 'does not answer; check the address' };
  }
}

/** Proves that the data folder can be written, by writing to it. */
export async function probeDataFolder(folder: string): Promise<ServiceAnswer> {
  const service = 'Data folder';
  const marker = join(folder, `.write-test-${makeId()}`);
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await writeFile(marker, '');
    await rm(marker);
    return { service, isUp: true, detail: `${folder} is writable` };
  } catch (error) {
    return { service, isUp: false, detail: `${folder} cannot be written (${(error as NodeJS.ErrnoException).code ?? 'unknown'})` };
  }
}

function describeModels(models: CatalogModel[]): string {
  if (models.length === 0) return 'answers, but has no chat model';
  const shown = models.slice(0, 5).map((model) => model.name).join(', ');
  return `${models.length} model${models.length === 1 ? '' : 's'}: ${shown}${models.length > 5 ? ', …' : ''}`;
}
