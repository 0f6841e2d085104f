import { defineCommand } from 'just-bash';
import { needsModuleMode, withoutTypes } from './javascript-environment';

/** `node file.js` and `node -e code` in bash, as models write them; just-bash answers with a page of help instead. */
export const nodeCommand = defineCommand('node', async (args, { fs, cwd, exec, stdin }) => {
  const [first = '', ...rest] = args;
  const isEval = first === '-e' || first === '--eval';
  if (!exec || first === '' || (first.startsWith('-') && !isEval)) return { stdout: '', stderr: 'node: here it takes a file, or -e and code\n', exitCode: 9 };
  const path = fs.resolvePath(cwd, first);
  if (!isEval && !(await fs.exists(path))) return { stdout: '', stderr: `node: cannot find the file ${first}\n`, exitCode: 1 };
  const source = isEval ? (rest[0] ?? '') : await fs.readFile(path);
  const code = withoutTypes(source);
  const mode = [...(needsModuleMode(code) ? ['-m'] : []), ...(!isEval && code !== source ? ['--strip-types'] : [])];
  return await exec('js-exec', { cwd, stdin: stdin as unknown as string, stdinKind: 'bytes', args: [...mode, ...(isEval ? ['-c', code, ...rest.slice(1)] : [first, ...rest])] });
});
