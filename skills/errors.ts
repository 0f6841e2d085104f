import { AiosError } from '../kernel';

/** Code was not run, because on this machine nothing would hold it. */
export class SandboxUnavailableError extends AiosError {
  readonly code = 'SANDBOX_UNAVAILABLE';
  readonly kind = 'user';
  constructor(reason: string, cause?: unknown) {
    super(`The sandbox does not work on this machine, so the code was not run: ${reason}`, {
      hint: 'Run "aios doctor" to see which of its layers hold; docs/self-hosting.md says what each one needs.',
      cause,
    });
  }
}

/** All places in the sandbox are taken. */
export class SandboxBusyError extends AiosError {
  readonly code = 'SANDBOX_BUSY';
  readonly kind = 'temporary';
  constructor(what: string) {
    super(`The code was not run: ${what}.`, { hint: 'Try again in a moment, or let fewer runs work at the same time.' });
  }
}

/** The process of a job ended without an answer and none of our limits ended it. */
export class SandboxStoppedError extends AiosError {
  readonly code = 'SANDBOX_STOPPED';
  readonly kind = 'temporary';
  constructor(how: string) {
    super(`The sandbox's process ended in the middle of a job (${how}).`, {
      hint: 'Try again. If it happens again, the machine may be short of memory: look for "Out of memory" in its system log.',
    });
  }
}
