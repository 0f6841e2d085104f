import { readFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { join, posix } from 'node:path';
import ts from 'typescript';
import { BuildError } from './build-error';
import { filesBelow } from './files-below';
import { LIGHT_FOLDERS } from './light-files';

const TEAM_BUNDLE = 'team.js';
/** n8n has it in memory before it loads any node. */
const FREE = ['n8n-workflow'];
/** Costs time to load, so only inside the function that needs it. */
const LAZY = ['@n8n/ai-node-sdk'];

interface Required {
  specifier: string;
  line: number;
  /** Runs as soon as the file is loaded. */
  atLoad: boolean;
}

/**
 * Proves that n8n's start pays nothing for us: built nodes and credentials load only n8n-workflow, Node itself and each other;
 * the team bundle and the AI SDK wait for the first execution.
 *
 * @throws {BuildError} naming each require that breaks this
 */
export async function checkLightFiles(dist: string): Promise<void> {
  const files = (await Promise.all(LIGHT_FOLDERS.map((folder) => filesBelow(dist, folder)))).flat();
  const scripts = files.filter((file) => file.endsWith('.js'));
  const findings = await Promise.all(
    scripts.map(async (file) => {
      const text = await readFile(join(dist, file), 'utf8');
      return findHeavyRequires(file, text).concat(findMissingFiles(dist, file, text));
    }),
  );
  if (findings.flat().length > 0) throw new BuildError('Light files may not load anything heavy:', findings.flat());
}

/** @param file path below dist, for instance `nodes/Board/Board.node.js` */
export function findHeavyRequires(file: string, text: string): string[] {
  return requiresOf(file, text).flatMap((required) => {
    const problem = problemOf(file, required);
    return problem ? [`${file}:${required.line} requires ${JSON.stringify(required.specifier)}: ${problem}`] : [];
  });
}

function problemOf(file: string, { specifier, atLoad }: Required): string | undefined {
  if (FREE.includes(specifier) || isBuiltin(specifier)) return undefined;
  if (LAZY.includes(specifier)) return atLoad ? 'load it inside the function that needs it' : undefined;
  if (!specifier.startsWith('.')) return 'only n8n-workflow, @n8n/ai-node-sdk and Node itself are allowed';
  const target = posix.join(posix.dirname(file), specifier);
  if (target === TEAM_BUNDLE) return atLoad ? 'the team is loaded at the first execution, inside a function' : undefined;
  return LIGHT_FOLDERS.some((folder) => target.startsWith(`${folder}/`)) ? undefined : 'domains are imported by "import type" only';
}

function findMissingFiles(dist: string, file: string, text: string): string[] {
  const own = requiresOf(file, text).filter(({ specifier }) => specifier.startsWith('.'));
  return own.flatMap(({ specifier, line }) => {
    const target = posix.join(posix.dirname(file), specifier);
    const found = target === TEAM_BUNDLE || ['', '.js', '.json', '/index.js'].some((ending) => existsSync(join(dist, target + ending)));
    return found ? [] : [`${file}:${line} requires ${JSON.stringify(specifier)}, which the build does not contain`];
  });
}

const isBuiltin = (specifier: string) => specifier.startsWith('node:') || builtinModules.includes(specifier);

function requiresOf(file: string, text: string): Required[] {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.ES2023, true, ts.ScriptKind.JS);
  const found: Required[] = [];
  const visit = (node: ts.Node, atLoad: boolean): void => {
    const specifier = loadedBy(node);
    if (specifier !== undefined) found.push({ specifier, line: source.getLineAndCharacterOfPosition(node.getStart()).line + 1, atLoad });
    ts.forEachChild(node, (child) => visit(child, atLoad && !ts.isFunctionLike(node)));
  };
  visit(source, true);
  return found;
}

/** @returns what the call loads; an empty text when that is computed and cannot be known */
function loadedBy(node: ts.Node): string | undefined {
  if (!ts.isCallExpression(node)) return undefined;
  const isRequire = ts.isIdentifier(node.expression) && node.expression.text === 'require';
  if (!isRequire && node.expression.kind !== ts.SyntaxKind.ImportKeyword) return undefined;
  const argument = node.arguments[0];
  return argument && ts.isStringLiteralLike(argument) ? argument.text : '';
}
