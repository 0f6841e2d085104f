/**
 * A stand-in for an embedding model: texts that share pieces of words get near vectors, and the same text always the same one.
 * It knows nothing of meaning ("car" and "automobile" are strangers to it), so no quality of real models can be measured with it.
 *
 * @param dimension at least 8
 * @returns length 1; all texts without letters or digits get the same one
 */
export function ngramVector(text: string, dimension = 64): Float32Array {
  const values = new Float32Array(dimension);
  values[0] = 0.01;
  for (const word of text.toLowerCase().normalize('NFKC').match(/[\p{L}\p{N}]+/gu) ?? []) {
    const signs = ` ${word} `;
    for (const size of [3, 4]) {
      for (let start = 0; start + size <= signs.length; start++) {
        const hash = fnv1a(signs.slice(start, start + size));
        values[hash % dimension]! += hash & 0x10000 ? 1 : -1;
      }
    }
  }
  let squares = 0;
  for (let index = 0; index < dimension; index++) squares += values[index]! ** 2;
  const length = Math.sqrt(squares);
  for (let index = 0; index < dimension; index++) values[index]! /= length;
  return values;
}

/** FNV-1a, 32 bits. */
function fnv1a(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  return hash >>> 0;
}
