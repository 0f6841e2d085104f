import { inProcess } from './targets';

export interface MemorySample {
  calls: number;
  heapMb: number;
  rssMb: number;
}

/** Memory of the whole process after so many calls, with garbage collected; `node --expose-gc`. */
export async function measureMemory(stubUrl: string, { calls, samples, callers }: { calls: number; samples: number; callers: number }): Promise<MemorySample[]> {
  const target = inProcess(stubUrl);
  const taken: MemorySample[] = [];
  try {
    for (let sample = 1; sample <= samples; sample += 1) {
      const last = Math.round((calls * sample) / samples);
      let next = Math.round((calls * (sample - 1)) / samples);
      const caller = async (): Promise<void> => { while (next < last) await target.ask((next += 1)); };
      await Promise.all(Array.from({ length: callers }, caller));
      taken.push({ calls: last, ...memoryNow() });
    }
    if ((await target.bookedCalls()) !== calls) throw new RangeError(`${await target.bookedCalls()} calls are booked, ${calls} were made`);
  } finally {
    target.close();
  }
  return taken;
}

function memoryNow(): Pick<MemorySample, 'heapMb' | 'rssMb'> {
  for (let round = 0; round < 2; round += 1) globalThis.gc?.();
  const { heapUsed, rss } = process.memoryUsage();
  return { heapMb: heapUsed / 1_048_576, rssMb: rss / 1_048_576 };
}
