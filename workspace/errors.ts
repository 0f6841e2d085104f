import { AiosError } from '../kernel';

/** The path would leave the run's folder, or is no path a file may have. */
export class PathRefusedError extends AiosError {
  readonly code = 'PATH_REFUSED';
  readonly kind = 'user';
  constructor(path: string, why: string) {
    super(`The path ${JSON.stringify(path.slice(0, 120))} is refused: ${why}.`, { hint: 'Use a relative path below the run\'s folder, such as "src/app.js".' });
  }
}

interface FolderUser {
  host: string;
  folder: string;
}

/** Another process of the team keeps files in a folder this one cannot see. */
export class FolderNotSharedError extends AiosError {
  readonly code = 'FOLDER_NOT_SHARED';
  readonly kind = 'user';
  constructor(own: FolderUser, other: FolderUser) {
    super(`The team's files are kept in two places: ${own.folder} on ${own.host}, and ${other.folder} on ${other.host}, which are not the same folder.`, {
      hint: 'Put one shared volume into all n8n processes (main, workers, webhook) and set AIOS_DATA_DIR to it in each. Two n8n that are not meant to be one team need different team names. A process that has ended is forgotten after a minute.',
    });
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
