import type { IFileSystem } from 'just-bash';
import type { SandboxLimits } from '../../sandbox';

/** The job's working folder; nothing outside it is handed back. */
export const DESK = '/work';

interface Before {
  /** Every path that was there. */
  initial: ReadonlySet<string>;
  /** The job's files, relative. */
  given: Readonly<Record<string, string>>;
  /** The code's own file, which is none of the job's works. */
  main?: string;
  limits: SandboxLimits;
}

/** @returns the new and changed files, relative path → text; `undefined` when they are more or larger than allowed, wherever they lie */
export async function readWritten(fs: IFileSystem, { initial, given, main, limits }: Before): Promise<Record<string, string> | undefined> {
  const paths = fs.getAllPaths().filter((path) => isWritable(path) && (!initial.has(path) || path.startsWith(`${DESK}/`)) && path !== `${DESK}/${main}`);
  // Without a prototype: "__proto__" is a name like any other.
  const written = Object.create(null) as Record<string, string>;
  let [bytes, files] = [0, 0];
  for (const path of paths) {
    const { isFile, size } = await fs.lstat(path);
    if (!isFile) continue;
    const relative = path.startsWith(`${DESK}/`) ? path.slice(DESK.length + 1) : undefined;
    const before = relative !== undefined && Object.hasOwn(given, relative) ? given[relative] : undefined;
    if (before === undefined && ((files += 1) > limits.writtenFiles || (bytes += size) > limits.writtenBytes)) return undefined;
    const text = Buffer.from(await fs.readFileBuffer(path)).toString('utf8');
    if (before === text) continue;
    if (before !== undefined && ((files += 1) > limits.writtenFiles || (bytes += size) > limits.writtenBytes)) return undefined;
    if (relative !== undefined) written[relative] = text;
  }
  return written;
}

/** just-bash keeps pictures of devices and processes there that change by themselves. */
function isWritable(path: string): boolean {
  return !/^\/(dev|proc|bin|usr)(\/|$)/.test(path);
}
