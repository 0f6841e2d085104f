import { z } from 'zod';
import { ModelsFileError } from '../errors';
import { experimentSchema } from './experiments-schema';
import { camelCase, parseModelsDocument, type FileDocument } from './document';
import { limitSchema } from './limits-schema';
import { claimsOfLocality } from './locality';
import { budgetSchema } from './budgets-schema';
import { assignmentSchema, entrySchema, modelsFileSchema, type ModelsFile } from './schema';

export interface ModelsFileReading {
  file: ModelsFile;
  /** What is probably not meant so, each with its line: fields nobody knows. */
  warnings: string[];
}

/** Faults that are named at once; the rest shows when these are corrected. */
const MOST_FAULTS = 5;
/** Other usual words for a field. */
const ALIASES: Record<string, string> = { context: 'contextTokens', contextWindow: 'contextTokens', contextLength: 'contextTokens', fallbacks: 'fallback' };

/**
 * Reads a models file, YAML or JSON: `{models, assign, presets, budgets, limits}` or a bare list of models.
 *
 * @throws {ModelsFileError} naming line and field of each fault
 */
export function readModelsFile(text: string): ModelsFileReading {
  const document = parseModelsDocument(text);
  const bare = Array.isArray(document.value);
  const whole = bare ? { models: document.value } : (document.value ?? {});
  const lineOf = (path: readonly PropertyKey[]) => document.lineOf(bare ? path.slice(1) : path);
  const parsed = modelsFileSchema.safeParse(withOurNames(whole));
  const faults = parsed.success ? [...clashes(parsed.data), ...claimsOfLocality(parsed.data)] : parsed.error.issues.map(({ path, message }) => ({ path, message }));
  if (!parsed.success || faults.length > 0) throw faultError(faults, lineOf);
  return { file: parsed.data, warnings: unknownFields(withOurNames(whole), lineOf) };
}

export interface FileFault {
  path: PropertyKey[];
  message: string;
}

function faultError(faults: readonly FileFault[], lineOf: FileDocument['lineOf']): ModelsFileError {
  const shown = faults.slice(0, MOST_FAULTS).map(({ path, message }) => `line ${lineOf(path)}, ${fieldOf(path)}: ${message}`);
  const more = faults.length > MOST_FAULTS ? ` (and ${faults.length - MOST_FAULTS} more)` : '';
  return new ModelsFileError(`The models file cannot be used: ${shown.join('; ')}${more}.`, { hint: 'Correct the file; docs/models-file.md has an example.' });
}

function fieldOf(path: readonly PropertyKey[]): string {
  if (path.length === 0) return 'the file';
  return path.reduce<string>((text, step) => (typeof step === 'number' ? `${text}[${step}]` : text === '' ? String(step) : `${text}.${String(step)}`), '');
}

/** Field names as the schema has them; names that people choose (roles) stay as they are. */
function withOurNames(whole: unknown): unknown {
  if (!isRecord(whole)) return whole;
  const { models, assign, presets, budgets, limits, experiments, ...rest } = renamed(whole);
  return {
    ...rest,
    ...(models !== undefined && { models: Array.isArray(models) ? models.map(renamed) : models }),
    ...(assign !== undefined && { assign: namedValues(assign) }),
    ...(limits !== undefined && { limits: namedValues(limits) }),
    ...(budgets !== undefined && { budgets: Array.isArray(budgets) ? budgets.map(renamed) : budgets }),
    ...(experiments !== undefined && { experiments: Array.isArray(experiments) ? experiments.map(renamed) : experiments }),
    ...(presets !== undefined && { presets: isRecord(presets) ? renamed(presets) : presets }),
  };
}

function namedValues(values: unknown): unknown {
  return isRecord(values) ? Object.fromEntries(Object.entries(values).map(([name, value]) => [name, renamed(value)])) : values;
}

function renamed<T>(value: T): T {
  if (!isRecord(value)) return value;
  return Object.fromEntries(Object.entries(value).filter(([, inner]) => inner !== undefined).map(([key, inner]) => [ALIASES[camelCase(key)] ?? camelCase(key), inner])) as T;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function unknownFields(whole: unknown, lineOf: FileDocument['lineOf']): string[] {
  const { models, assign, budgets, limits, experiments } = whole as { models?: unknown[]; assign?: Record<string, unknown>; budgets?: unknown[]; limits?: Record<string, unknown>; experiments?: unknown[] };
  const places = [
    { path: [] as PropertyKey[], value: whole, type: modelsFileSchema },
    ...(models ?? []).map((value, index) => ({ path: ['models', index], value, type: entrySchema })),
    ...Object.entries(assign ?? {}).map(([role, value]) => ({ path: ['assign', role], value, type: assignmentSchema })),
    ...(budgets ?? []).map((value, index) => ({ path: ['budgets', index], value, type: budgetSchema })),
    ...Object.entries(limits ?? {}).map(([name, value]) => ({ path: ['limits', name], value, type: limitSchema })),
    ...(experiments ?? []).map((value, index) => ({ path: ['experiments', index], value, type: experimentSchema })),
  ];
  return places.flatMap(({ path, value, type }) => unknownKeys(value, type).map((key) => `line ${lineOf([...path, key])}: the field "${key}" is not known and does nothing`));
}

function unknownKeys(value: unknown, type: z.ZodObject): string[] {
  return isRecord(value) ? Object.keys(value).filter((key) => !(key in type.shape)) : [];
}

/** Names are how other fields mean a model: two of the same could mean either. */
function clashes({ models }: ModelsFile): FileFault[] {
  return models.flatMap(({ name }, index) => (models.findIndex((other) => other.name === name) < index ? [{ path: ['models', index, 'name'], message: `"${name}" is there twice` }] : []));
}
