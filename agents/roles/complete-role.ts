import { strictestPrivacy } from '../../privacy';
import { schemaType } from './meant-schema';
import type { OutputContract, Role, RoleLimits } from './role';
import { DEFAULT_STEPS, roleName, type RoleFile } from './role-schema';

export interface Draft {
  file: RoleFile;
  prompt: string;
  /** Counts where the file names none. */
  nameOfFile: string;
  builtIn: ReadonlyMap<string, Role>;
}

const EVERYTHING = ['**'];
const NO_CONTRACT: OutputContract = { text: '', file: '**/*.json' };
const FREE: RoleLimits = { steps: DEFAULT_STEPS, tokens: null, timeS: null, budgetUsd: null };

/** A role with all its fields: those of the file, else of the role it extends, else the defaults. */
export function completeRole({ file, prompt, nameOfFile, builtIn }: Draft): Role | { problem: string; line: number } {
  const base = file.extends === undefined ? undefined : builtIn.get(file.extends);
  const name = file.name ?? nameOfFile;
  const problem = whatIsMissing({ file, name, base, builtIn });
  if (problem !== undefined) return { problem, line: 1 };
  return {
    name,
    title: file.title ?? (base?.name === name ? base.title : titleOf(name)),
    kind: file.kind ?? 'worker',
    description: (file.description ?? base?.description)!,
    goal: (file.goal ?? base?.goal)!,
    expertise: file.expertise ?? base?.expertise ?? [],
    prompt: [base?.prompt, prompt].filter((text) => text).join('\n'),
    outputContract: contractOf(file.outputContract, base?.outputContract ?? NO_CONTRACT),
    tools: file.tools ?? base?.tools ?? ['*'],
    paths: { read: file.paths?.read ?? base?.paths.read ?? EVERYTHING, write: file.paths?.write ?? base?.paths.write ?? EVERYTHING },
    limits: { ...FREE, ...base?.limits, ...defined(file.limits ?? {}) },
    models: file.models ?? base?.models ?? [],
    temperature: file.temperature ?? base?.temperature,
    ...privacyOf(file, base),
    templates: file.templates ?? base?.templates ?? [],
  };
}

function whatIsMissing({ file, name, base, builtIn }: { file: RoleFile; name: string; base: Role | undefined; builtIn: ReadonlyMap<string, Role> }): string | undefined {
  const named = roleName.safeParse(name);
  if (!named.success) return `the name ${JSON.stringify(name.slice(0, 60))} ${named.error.issues[0]!.message}`;
  const workers = [...builtIn.values()].filter(({ kind }) => kind === 'worker').map((role) => role.name);
  if (file.extends !== undefined && base?.kind !== 'worker') return `it extends "${file.extends}"; it can extend ${workers.join(', ')}`;
  const missing = (['description', 'goal'] as const).filter((field) => (file[field] ?? base?.[field]) === undefined);
  if (missing.length > 0) return `${missing.join(' and ')} ${missing.length === 1 ? 'is' : 'are'} missing`;
  return file.outputContract && 'schema' in file.outputContract ? faultOfSchema(file.outputContract.schema) : undefined;
}

/** A schema nobody can check by would let everything through. */
function faultOfSchema(schema: object = {}): string | undefined {
  try {
    schemaType(schema);
    return undefined;
  } catch (error) {
    return `outputContract.schema is no JSON Schema we can check by: ${(error as Error).message.split('\n', 1)[0]}`;
  }
}

function contractOf(given: RoleFile['outputContract'], base: OutputContract): OutputContract {
  const { text, file, schema }: Partial<OutputContract> = { ...(given as Partial<OutputContract> | undefined) };
  return { text: text ?? base.text, file: file ?? base.file, ...((schema ?? base.schema) && { schema: schema ?? base.schema }) };
}

function privacyOf(file: RoleFile, base: Role | undefined): Pick<Role, 'privacy'> {
  return file.privacy === undefined && base?.privacy === undefined ? {} : { privacy: base?.privacy === undefined ? file.privacy : strictestPrivacy(file.privacy, base.privacy) };
}

function defined<T extends object>(values: T): Partial<{ [Key in keyof T]: Exclude<T[Key], undefined> }> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as never;
}

/** `file-ops` → `File Ops`. */
function titleOf(name: string): string {
  return name.split('-').filter((word) => word !== '').map((word) => word[0]!.toUpperCase() + word.slice(1)).join(' ');
}
