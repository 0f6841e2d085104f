import type { Clock } from '../clock';
import { CancelledError } from '../errors';

export const systemClock: Clock = {
  nowMs: () => Date.now(),

  sleep: (ms, signal) =>
    new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(new CancelledError(signal.reason));
      const onAbort = () => {
        clearTimeout(timer);
        reject(new CancelledError(signal?.reason));
      };
      const timer = setTimeout(() => {
        signal?.removeEventListener('abort', onAbort);
        resolve();
      }, ms);
      signal?.addEventListener('abort', onAbort, { once: true });
    }),

  after: (ms, task) => {
    const timer = setTimeout(task, ms);
    timer.unref();
    return () => clearTimeout(timer);
  },
};
