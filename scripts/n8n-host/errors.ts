import { AiosError } from '../../kernel';

export class PortTakenError extends AiosError {
  readonly code = 'PORT_TAKEN';
  readonly kind = 'user';
  constructor(readonly port: number) {
    super(`Port ${port} on 127.0.0.1 is already in use.`, { hint: `End the program that uses it or choose another port with "npm start -- --port ${port + 1}".` });
  }
}

export class AlreadyRunningError extends AiosError {
  readonly code = 'ALREADY_RUNNING';
  readonly kind = 'user';
  constructor(readonly url: string, processId: number, runningFile: string) {
    super(`n8n runs on this data folder already: ${url} (process ${processId}).`, {
      hint: `Use that one, end it with Ctrl-C, or choose another folder with "--data DIR". If no n8n answers there, remove ${runningFile}.`,
    });
  }
}

export class DiskFullError extends AiosError {
  readonly code = 'DISK_FULL';
  readonly kind = 'user';
  constructor(directory: string, freeBytes?: number, cause?: unknown) {
    const free = freeBytes === undefined ? 'too little' : `only ${(freeBytes / 1e9).toFixed(1)} GB`;
    super(`The disk of ${directory} has ${free} free space and n8n needs about 3 GB.`, {
      hint: 'Free some space or point AIOS_CACHE_DIR to a larger disk.',
      cause,
    });
  }
}

export class RegistryUnreachableError extends AiosError {
  readonly code = 'REGISTRY_UNREACHABLE';
  readonly kind = 'temporary';
  constructor(cause?: unknown) {
    super('The npm registry cannot be reached, so n8n cannot be installed.', { hint: 'Check the network, the proxy and "npm config get registry".', cause });
  }
}

export class HostInstallError extends AiosError {
  readonly code = 'HOST_INSTALL_FAILED';
  readonly kind = 'temporary';
  constructor(step: string, detail: string) {
    super(`Installing n8n failed at "${step}" (${lastLine(detail)}).`, { hint: 'Try again; nothing of the failed install is used.' });
  }
}

export class PackageInstallError extends AiosError {
  readonly code = 'PACKAGE_INSTALL_FAILED';
  readonly kind = 'bug';
  constructor(step: string, detail: string) {
    super(`Putting the nodes into n8n failed at "${step}" (${lastLine(detail)}).`, { hint: 'Run "npm run build" and look at its messages.' });
  }
}

export class HostStartError extends AiosError {
  readonly code = 'HOST_START_FAILED';
  readonly kind = 'bug';
  constructor(what: string, log: string) {
    super(`n8n ${what} (${lastLine(log)}).`, { hint: 'The whole log is in the data folder: n8n.log.' });
  }
}

export class HostEndedError extends AiosError {
  readonly code = 'HOST_ENDED';
  readonly kind = 'temporary';
  /** @param exitCode null: a signal ended it */
  constructor(exitCode: number | null, logPath: string) {
    super(exitCode === null ? 'n8n was ended from outside, or by the system for want of memory.' : `n8n ended by itself (exit code ${exitCode}).`, { hint: `Its log: ${logPath}` });
  }
}

export class OwnerUnknownError extends AiosError {
  readonly code = 'OWNER_UNKNOWN';
  readonly kind = 'user';
  constructor(dataDir: string) {
    super(`The n8n in ${dataDir} does not accept the owner's password kept beside it.`, {
      hint: 'If you changed the password in n8n, write the new one into the file "owner.json" of that folder; or choose another folder with "npm start -- --data DIR".',
    });
  }
}

/** The last line of a log that says anything, so that a one-line message can carry the reason. */
function lastLine(log: string): string {
  return log.trim().split('\n').at(-1)?.trim().slice(0, 300) || 'no message';
}
