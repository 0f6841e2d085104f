import { SketchIndex, codeOf } from '../../memory/sketch-index';
import { madeUpMemories } from '../bench/memory/made-up';

describe('the index of sketches', () => {
  const madeUp = madeUpMemories({ items: 2_000, clusterSize: 500, dimension: 64, seed: 5 });
  const vectors = Array.from({ length: 2_000 }, (_, row) => madeUp.vectorOf(row));
  const index = new SketchIndex(64);
  for (let row = 0; row < 2_000; row++) index.add({ row, attribute: row % 2, code: codeOf(vectors[row]!) });
  const exact = (query: Float32Array, rows: number[]) =>
    rows.map((row) => ({ row, score: vectors[row]!.reduce((sum, value, at) => sum + value * query[at]!, 0) })).sort((one, other) => other.score - one.score).slice(0, 10).map(({ row }) => row);
  const all = Array.from({ length: 2_000 }, (_, row) => row);

  it('has the ten nearest among the first forty, in clusters of five hundred', () => {
    let found = 0;
    for (let number = 0; number < 20; number++) {
      const { values } = madeUp.query(number).vector;
      const near = new Set(index.nearest(codeOf(values), 40, () => true));
      found += exact(values, all).filter((row) => near.has(row)).length;
    }
    expect(found / 200).toBeGreaterThanOrEqual(0.98);
  });

  it('returns only rows the mask lets through', () => {
    const near = index.nearest(codeOf(madeUp.query(1).vector.values), 50, (attribute) => attribute === 1);
    expect(near).toHaveLength(50);
    expect(near.every((row) => row % 2 === 1)).toBe(true);
  });

  it('finds what is left after rows are removed, and none of the removed ones', () => {
    const shrinking = new SketchIndex(64);
    for (let row = 0; row < 2_000; row++) shrinking.add({ row, attribute: 0, code: codeOf(vectors[row]!) });
    for (let row = 0; row < 2_000; row += 3) shrinking.remove(row);
    const kept = all.filter((row) => row % 3 !== 0);
    const { values } = madeUp.query(2).vector;
    const near = shrinking.nearest(codeOf(values), 40, () => true);
    expect(near.every((row) => row % 3 !== 0)).toBe(true);
    expect(exact(values, kept).filter((row) => near.includes(row)).length).toBeGreaterThanOrEqual(9);
    for (const row of kept) shrinking.remove(row);
    expect([shrinking.size, shrinking.nearest(codeOf(values), 5, () => true)]).toEqual([0, []]);
  });
});
