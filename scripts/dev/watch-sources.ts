import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const LOOK_EVERY_MS = 250;
/** An editor that saves many files, or a checkout, is one change; one that never ends is taken as it is then. */
const SETTLED_WITHIN_MS = 5_000;

type Snapshot = ReadonlyMap<string, string>;

/**
 * The changes below some folders from now on, each as the list of its files; those made while the caller is busy with one come next.
 * It looks at all files again and again, which takes some milliseconds for a few hundred: the disks of containers and of WSL announce no changes.
 */
export function sourceChanges(root: string, sources: readonly string[]): AsyncGenerator<string[]> {
  return changesSince(snapshotOf(root, sources), root, sources);
}

async function* changesSince(start: Snapshot, root: string, sources: readonly string[]): AsyncGenerator<string[]> {
  let known = start;
  for (;;) {
    await sleep(LOOK_EVERY_MS);
    const now = await settled(root, sources, known);
    const changed = differences(known, now);
    known = now;
    if (changed.length > 0) yield changed;
  }
}

/** Two looks that see the same. */
async function settled(root: string, sources: readonly string[], known: Snapshot): Promise<Snapshot> {
  let before = known;
  for (const giveUpAtMs = Date.now() + SETTLED_WITHIN_MS; ; await sleep(LOOK_EVERY_MS)) {
    const now = snapshotOf(root, sources);
    if (differences(before, now).length === 0 || Date.now() > giveUpAtMs) return now;
    before = now;
  }
}

/** Files that were added, changed or removed between two snapshots, sorted. */
export function differences(before: Snapshot, after: Snapshot): string[] {
  const changed = [...after].filter(([file, mark]) => before.get(file) !== mark).map(([file]) => file);
  const removed = [...before.keys()].filter((file) => !after.has(file));
  return [...changed, ...removed].sort();
}

/** Each file's mark: time of its last change and size. @param sources files and folders, relative to `root` */
export function snapshotOf(root: string, sources: readonly string[]): Snapshot {
  const marks = new Map<string, string>();
  const look = (path: string): void => {
    const facts = statSync(join(root, path), { throwIfNoEntry: false });
    if (facts?.isDirectory()) for (const name of readdirSync(join(root, path))) look(`${path}/${name}`);
    else if (facts) marks.set(path, `${facts.mtimeMs} ${facts.size}`);
  };
  for (const source of sources) if (existsSync(join(root, source))) look(source);
  return marks;
}
