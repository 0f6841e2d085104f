import { playCell, VENDORS, type Mode, type Scene, type Vendor, type Verdict } from './cell';
import { FAULT_KINDS } from './kinds';

const MODES: readonly Mode[] = ['stream', 'plain'];
const SCENES: readonly Scene[] = ['backup', 'heals', 'dead'];

export interface PlayedCell extends Verdict {
  kind: string;
  mode: Mode;
  vendor: Vendor;
  scene: Scene;
  seed: number;
}

/** Every kind × mode × vendor for each seed; the seed decides the scene, what is answered and where an answer is cut. */
export async function playMatrix(seeds: readonly number[], atOnce: number, onCell: (cell: PlayedCell) => void): Promise<void> {
  const cells = seeds.flatMap((seed) => FAULT_KINDS.flatMap((kind, kindIndex) => MODES.flatMap((mode, modeIndex) => VENDORS.map((vendor, vendorIndex) => ({ seed, kind, mode, vendor, number: ((seed * 31 + kindIndex) * 2 + modeIndex) * 3 + vendorIndex })))));
  const play = async (): Promise<void> => {
    for (let cell = cells.pop(); cell; cell = cells.pop()) {
      const { kind, mode, vendor, seed } = cell;
      const dice = { next: randomFrom(cell.number) };
      const scene = SCENES[Math.floor(dice.next() * SCENES.length)]!;
      const answer = dice.next() < 0.7 ? 'text' : 'tool';
      onCell({ kind: kind.name, mode, vendor, scene, seed, ...(await playCell({ kind, mode, vendor, scene, answer, dice })) });
    }
  };
  await Promise.all(Array.from({ length: atOnce }, play));
}

/** Equal numbers for equal seeds (mulberry32). */
function randomFrom(seed: number): () => number {
  let state = (seed * 2_654_435_761) >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let value = Math.imul(state ^ (state >>> 15), state | 1);
    value ^= value + Math.imul(value ^ (value >>> 7), value | 61);
    return ((value ^ (value >>> 14)) >>> 0) / 2 ** 32;
  };
}
