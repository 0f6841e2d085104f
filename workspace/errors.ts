import { AiosError } from '../kernel';

/** The path would leave the run's folder, or is no path a file may have. */
export class PathRefusedError extends AiosError {
  readonly code = 'PATH_REFUSED';
  readonly kind = 'user';
  constructor(path: string, why: string) {
    super(`The path ${JSON.stringify(path.slice(0, 120))} is refused: ${why}.`, { hint: 'Use a relative path below the run\'s folder, such as "src/app.js".' });
  }
}

export class FileNotFoundError extends AiosError {
  readonly code = 'FILE_NOT_FOUND';
  readonly kind = 'user';
  constructor(path: string) {
    super(`The run has no file ${JSON.stringify(path)}.`, { hint: "List the run's files first; paths are case-sensitive." });
  }
}

export class FileTooLargeError extends AiosError {
  readonly code = 'FILE_TOO_LARGE';
  readonly kind = 'user';
  constructor(path: string, bytes: number, limitBytes: number) {
    super(`The file ${JSON.stringify(path)} has ${bytes} bytes; the limit is ${limitBytes}.`, { hint: 'Deliver it in several smaller files.' });
  }
}

export class RunFilesLimitError extends AiosError {
  readonly code = 'RUN_FILES_LIMIT';
  readonly kind = 'user';
  constructor(wanted: { files: number; bytes: number }, limits: { filesPerRun: number; bytesPerRun: number }) {
    super(`The run would have ${wanted.files} files with ${wanted.bytes} bytes; its limits are ${limits.filesPerRun} files and ${limits.bytesPerRun} bytes.`, { hint: 'Ask for fewer or smaller files, or cut the goal into several runs.' });
  }
}
