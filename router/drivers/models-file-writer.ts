import { copyFile, mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readModelsFile, type ModelsFileReading } from '../models-file/read';
import { findModelsFile, MODELS_FILE_NAMES } from './models-file-reader';

export interface PlacedModelsFile extends ModelsFileReading {
  path: string;
  /** Where the one before lies now. */
  formerPath: string | undefined;
}

/**
 * Puts a models file in place, as it was written, comments included. Takes the name of the one that is there, for only one of the names is read; JSON is YAML, so any name will do.
 *
 * @throws {ModelsFileError} before anything is touched
 */
export async function placeModelsFile(folder: string, text: string): Promise<PlacedModelsFile> {
  const reading = readModelsFile(text);
  await mkdir(folder, { recursive: true });
  const found = await findModelsFile(folder);
  const path = found?.path ?? join(folder, MODELS_FILE_NAMES[0]);
  const formerPath = found && `${path}.former`;
  const fresh = `${path}.new`;
  await writeFile(fresh, text, { mode: 0o600 });
  // Copied, not moved: a team that looks just now must find one or the other.
  if (formerPath !== undefined) await copyFile(path, formerPath);
  await rename(fresh, path);
  return { ...reading, path, formerPath };
}
