import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { installPackage, packPackage } from '../../scripts/n8n-host/install-package';
import { launchN8n } from '../../scripts/n8n-host/launch';
import { freePort } from '../../scripts/n8n-host/ports';
import { spread, type Spread } from './statistics';

export interface StartFigures {
  pairs: number;
  without: { readyMs: Spread; rssMb: Spread };
  with: { readyMs: Spread; rssMb: Spread };
  /** Median of the differences within each pair. */
  differenceMs: Spread;
  differenceRssMb: Spread;
}

interface Start {
  readyMs: number;
  rssMb: number;
}

const POLL_EVERY_MS = 10;
/** n8n goes on loading for a moment after it has said it is ready. */
const SETTLE_MS = 3_000;

/** Starts the n8n in `hostDir` with and without the built package, in turns, so that both meet the same weather. */
export async function measureN8nStart(hostDir: string, pairs: number, progress: (text: string) => void): Promise<StartFigures> {
  const work = mkdtempSync(join(tmpdir(), 'aios-start-'));
  const folders = { without: join(work, 'without'), with: join(work, 'with') };
  try {
    // The first start of a folder creates its database; it is not counted.
    for (const folder of Object.values(folders)) await startOnce(hostDir, folder);
    await installPackage(await packPackage(work), folders.with);
    const measured: Array<{ without: Start; with: Start }> = [];
    for (let pair = 1; pair <= pairs; pair++) {
      const without = await startOnce(hostDir, folders.without);
      measured.push({ without, with: await startOnce(hostDir, folders.with) });
      progress(`pair ${pair} of ${pairs}: ${without.readyMs.toFixed(0)} ms without, ${measured.at(-1)!.with.readyMs.toFixed(0)} ms with`);
    }
    return figures(measured);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

function figures(measured: Array<{ without: Start; with: Start }>): StartFigures {
  const of = (part: 'with' | 'without', field: keyof Start) => spread(measured.map((pair) => pair[part][field]));
  const difference = (field: keyof Start) => spread(measured.map((pair) => pair.with[field] - pair.without[field]));
  return {
    pairs: measured.length,
    without: { readyMs: of('without', 'readyMs'), rssMb: of('without', 'rssMb') },
    with: { readyMs: of('with', 'readyMs'), rssMb: of('with', 'rssMb') },
    differenceMs: difference('readyMs'),
    differenceRssMb: difference('rssMb'),
  };
}

async function startOnce(hostDir: string, userFolder: string): Promise<Start> {
  const port = await freePort();
  const startedMs = performance.now();
  const n8n = await launchN8n({ hostDir, userFolder, port });
  // n8n runs in a process group of its own: who ends us would leave it behind.
  const stopBoth = () => void n8n.stop().finally(() => process.exit(130));
  process.once('SIGINT', stopBoth).once('SIGTERM', stopBoth);
  try {
    // Asked more often than the host's own wait does: its step is coarser than what is measured here.
    let isFailed = false;
    n8n.ready.catch(() => (isFailed = true));
    while (!isFailed && !(await isReady(n8n.url))) await sleep(POLL_EVERY_MS);
    const readyMs = performance.now() - startedMs;
    await n8n.ready;
    await sleep(SETTLE_MS);
    return { readyMs, rssMb: residentMb(n8n.processId) };
  } finally {
    process.off('SIGINT', stopBoth).off('SIGTERM', stopBoth);
    await n8n.stop();
  }
}

async function isReady(url: string): Promise<boolean> {
  return await fetch(`${url}/healthz/readiness`).then((answer) => answer.ok, () => false);
}

function residentMb(processId: number): number {
  return Number(execFileSync('ps', ['-o', 'rss=', '-p', String(processId)], { encoding: 'utf8' })) / 1024;
}
