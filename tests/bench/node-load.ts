import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { spread, type Spread } from './statistics';

export interface LoadFigures {
  files: number;
  runs: number;
  loadMs: Spread;
  emptyRssMb: Spread;
  rssMb: Spread;
  /** Differences of the medians. */
  overEmpty: { ms: number; rssMb: number };
}

interface Measurement {
  loadMs: number;
  rssMb: number;
}

/** @param nodePath where `n8n-workflow` is found, as n8n sets it for packages */
export function measureNodeLoad(root: string, nodePath: string, runs: number): LoadFigures {
  const installed = installedCopy(root);
  try {
    const { n8n } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { n8n: { nodes: string[]; credentials: string[] } };
    const files = [...n8n.nodes, ...n8n.credentials].map((file) => join(installed, file));
    const pairs = Array.from({ length: runs }, () => ({ empty: measureOnce(installed, [], nodePath), ours: measureOnce(installed, files, nodePath) }));
    return figures(files.length, pairs);
  } finally {
    rmSync(installed, { recursive: true, force: true });
  }
}

function figures(files: number, pairs: Array<{ empty: Measurement; ours: Measurement }>): LoadFigures {
  const loadMs = spread(pairs.map(({ ours }) => ours.loadMs));
  const emptyMs = spread(pairs.map(({ empty }) => empty.loadMs));
  const rssMb = spread(pairs.map(({ ours }) => ours.rssMb));
  const emptyRssMb = spread(pairs.map(({ empty }) => empty.rssMb));
  return { files, runs: pairs.length, loadMs, emptyRssMb, rssMb, overEmpty: { ms: loadMs.median - emptyMs.median, rssMb: rssMb.median - emptyRssMb.median } };
}

/** Outside the clone, whose own node_modules would otherwise answer before n8n's. */
function installedCopy(root: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'aios-load-'));
  cpSync(join(__dirname, 'load-once.cjs'), join(folder, 'load-once.cjs'));
  cpSync(join(root, 'package.json'), join(folder, 'package.json'));
  if (existsSync(join(root, 'dist'))) cpSync(join(root, 'dist'), join(folder, 'dist'), { recursive: true });
  return folder;
}

function measureOnce(folder: string, files: string[], nodePath: string): Measurement {
  const output = execFileSync(process.execPath, [join(folder, 'load-once.cjs'), ...files], { env: { ...process.env, NODE_PATH: nodePath }, encoding: 'utf8' });
  return JSON.parse(output) as Measurement;
}
