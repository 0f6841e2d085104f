import { mkdir, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import type { Clock, MakeId } from '../../kernel';
import type { RedisConnection, teamKeys } from '../../storage';
import { FolderNotSharedError } from '../errors';
import { translated } from './file-errors';

export interface SharedFolderOptions {
  connection: RedisConnection;
  keys: ReturnType<typeof teamKeys>;
  clock: Clock;
  makeId: MakeId;
  /** Absolute; what all processes of the team must see alike. */
  folder: string;
  /** Default: the name of this machine. */
  host?: string;
}

export interface SharedFolder {
  /** @throws {FolderNotSharedError} while another live process of the team does not see this folder */
  assertShared(): Promise<void>;
  /** Takes this process's marker away. */
  close(): Promise<void>;
}

/** What a process tells the others in Redis. */
interface Registration {
  host: string;
  folder: string;
  untilMs: number;
}

const REFRESH_MS = 15_000;
/** Three missed refreshes: the process is gone. */
const ALIVE_MS = 3 * REFRESH_MS;
/** How long an answer holds; a run reads and writes files by the dozen. */
const CHECKED_FOR_MS = 5_000;
/** A network file system may show a new file a moment later. */
const LOOKS = 3;
const LOOK_AGAIN_MS = 700;
const MARKER_FOLDER = '.processes';
const MARKER_KEPT_MS = 24 * 60 * 60 * 1_000;

/**
 * Proves that the processes of a team share one folder: each keeps a marker in it and its name in Redis, so that whoever sees a name
 * without the marker knows of a second folder.
 */
export async function openSharedFolder(options: SharedFolderOptions): Promise<SharedFolder> {
  const { clock, folder } = options;
  const process = { id: options.makeId(), host: options.host ?? hostname(), folder };
  await removeOldMarkers(folder, clock.nowMs());
  await announce(options, process);

  let isClosed = false;
  let cancelRefresh = keepAnnouncing();
  function keepAnnouncing(): () => void {
    return clock.after(REFRESH_MS, () => {
      // A Redis or disk that is away now is asked again; until then the others may take this process for gone.
      void announce(options, process).catch(() => {}).then(() => {
        if (!isClosed) cancelRefresh = keepAnnouncing();
      });
    });
  }

  let checked: Promise<void> | undefined;
  let checkedUntilMs = 0;
  return {
    async assertShared() {
      if (!checked || clock.nowMs() >= checkedUntilMs) {
        checkedUntilMs = clock.nowMs() + CHECKED_FOR_MS;
        checked = assertAllSeen(options, process);
        checked.catch(() => (checked = undefined));
      }
      await checked;
    },
    async close() {
      isClosed = true;
      cancelRefresh();
      await options.connection.ask((redis) => redis.hdel(registrations(options), process.id)).catch(() => {});
      await rm(markerOf(folder, process.id), { force: true }).catch(() => {});
    },
  };
}

/** The marker first: whoever reads the name in Redis must find it. */
async function announce(options: SharedFolderOptions, { id, host, folder }: { id: string; host: string; folder: string }): Promise<void> {
  const untilMs = options.clock.nowMs() + ALIVE_MS;
  await translated(folder, async () => {
    await mkdir(join(folder, MARKER_FOLDER), { recursive: true, mode: 0o700 });
    await writeFile(markerOf(folder, id), JSON.stringify({ host, untilMs }), { mode: 0o600 });
  });
  const registration: Registration = { host, folder, untilMs };
  const key = registrations(options);
  await options.connection.together((commands) => commands.hset(key, id, JSON.stringify(registration)).pexpire(key, MARKER_KEPT_MS));
}

async function assertAllSeen(options: SharedFolderOptions, own: { id: string; host: string; folder: string }): Promise<void> {
  for (let look = 1; ; look++) {
    const others = await liveOthers(options, own.id);
    const seen = new Set(await markersIn(own.folder));
    const unseen = others.find(({ id }) => !seen.has(id));
    if (!unseen) return;
    if (look === LOOKS) throw new FolderNotSharedError(own, unseen);
    await options.clock.sleep(LOOK_AGAIN_MS);
  }
}

async function liveOthers(options: SharedFolderOptions, ownId: string): Promise<Array<Registration & { id: string }>> {
  const found = await options.connection.ask((redis) => redis.hgetall(registrations(options)));
  const all = Object.entries(found).map(([id, text]) => ({ id, ...(JSON.parse(text) as Registration) }));
  const gone = all.filter(({ untilMs }) => untilMs <= options.clock.nowMs()).map(({ id }) => id);
  if (gone.length > 0) await options.connection.ask((redis) => redis.hdel(registrations(options), ...gone));
  return all.filter(({ id }) => id !== ownId && !gone.includes(id));
}

async function markersIn(folder: string): Promise<string[]> {
  // Listed, not asked for one by one: a network file system remembers for a while that a file is not there.
  return await translated(folder, () => readdir(join(folder, MARKER_FOLDER)));
}

/** Of processes that were killed. */
async function removeOldMarkers(folder: string, nowMs: number): Promise<void> {
  for (const name of await readdir(join(folder, MARKER_FOLDER)).catch(() => [])) {
    const path = join(folder, MARKER_FOLDER, name);
    const changedMs = await stat(path).then(({ mtimeMs }) => mtimeMs, () => nowMs);
    if (changedMs < nowMs - MARKER_KEPT_MS) await rm(path, { force: true });
  }
}

function markerOf(folder: string, processId: string): string {
  return join(folder, MARKER_FOLDER, processId);
}

function registrations({ keys }: SharedFolderOptions): string {
  return keys('processes');
}
