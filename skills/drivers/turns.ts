import { CancelledError, throwIfCancelled } from '../../kernel';
import { SandboxBusyError } from '../errors';

export interface TurnLimits {
  /** Jobs at the same time. */
  maxRunning: number;
  /** Jobs that may wait. */
  maxWaiting: number;
  maxWaitMs: number;
}

/** Lets a few in at a time, the others wait in the order they came. */
export interface Turns {
  /**
   * @returns what gives the place back; to be called once
   * @throws {SandboxBusyError} when too many wait, or this one waited too long
   * @throws {CancelledError}
   */
  take(signal: AbortSignal): Promise<() => void>;
}

export function createTurns({ maxRunning, maxWaiting, maxWaitMs }: TurnLimits): Turns {
  const waiting: Array<() => void> = [];
  let running = 0;

  const giveBack = (): void => {
    const next = waiting.shift();
    if (next) next();
    else running -= 1;
  };

  const wait = (signal: AbortSignal) =>
    new Promise<void>((resolve, reject) => {
      const leave = (error: Error): void => {
        waiting.splice(waiting.indexOf(enter), 1);
        stop();
        reject(error);
      };
      const cancel = () => leave(new CancelledError(signal.reason));
      const timer = setTimeout(() => leave(new SandboxBusyError(`it waited ${maxWaitMs / 1000} s for one of ${maxRunning} places in the sandbox`)), maxWaitMs);
      const stop = (): void => {
        clearTimeout(timer);
        signal.removeEventListener('abort', cancel);
      };
      const enter = (): void => {
        stop();
        resolve();
      };
      signal.addEventListener('abort', cancel, { once: true });
      waiting.push(enter);
    });

  return {
    take: async (signal) => {
      throwIfCancelled(signal);
      if (running < maxRunning) running += 1;
      else if (waiting.length >= maxWaiting) throw new SandboxBusyError(`${waiting.length} others wait for the sandbox already`);
      else await wait(signal);
      return giveBack;
    },
  };
}
