import { AiosError } from '../kernel';

/** The path would leave the folder of the run or project, or is no path a file may have. */
export class PathRefusedError extends AiosError {
  readonly code = 'PATH_REFUSED';
  readonly kind = 'user';
  constructor(path: string, why: string) {
    super(`The path ${JSON.stringify(path.slice(0, 120))} is refused: ${why}.`, { hint: 'Use a relative path, such as "src/app.js".' });
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
    super(`There is no file ${JSON.stringify(path)}.`, { hint: 'List the files first; paths are case-sensitive.' });
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

/** The project's name cannot be that of a workspace. */
export class ProjectRefusedError extends AiosError {
  readonly code = 'PROJECT_REFUSED';
  readonly kind = 'user';
  constructor(project: string, why: string) {
    super(`The project ${JSON.stringify(project.slice(0, 120))} is refused: ${why}.`, { hint: 'Use a plain name such as "shop" or "Web site 2".' });
  }
}

/** The path is a good one, but not one this user may use. */
export class PathForbiddenError extends AiosError {
  readonly code = 'PATH_FORBIDDEN';
  readonly kind = 'user';
  constructor(path: string, user: string, purpose: 'read' | 'write') {
    super(`${user} may not ${purpose} ${JSON.stringify(path)}.`, { hint: `The paths of the role say what it may ${purpose}; use a path among them or change the role.` });
  }
}

/** Secret work would have left this machine. Nothing was written. */
export class SecretStaysError extends AiosError {
  readonly code = 'SECRET_STAYS';
  readonly kind = 'user';
  constructor(what: string) {
    super(`Secret work was not written: ${what} is kept in a bucket that is not on this machine.`, { hint: 'Empty the S3 fields of the credential "AIOS Team API" for secret work, or use a bucket in your own network.' });
  }
}

/** Who works for less than secret may not see the project's files. */
export class SecretProjectError extends AiosError {
  readonly code = 'SECRET_PROJECT';
  readonly kind = 'user';
  constructor() {
    super('The project holds secret work, and this work is not secret; its files are not shown.', { hint: 'Set "Privacy" of the run to Secret, or use another project. Whoever runs the team may take the mark away: aios projects declassify.' });
  }
}

/** Somebody else changed the file meanwhile. */
export class FileConflictError extends AiosError {
  readonly code = 'FILE_CONFLICT';
  readonly kind = 'user';
  constructor(readonly path: string, readonly standing: { version: string; author?: string } | undefined, readonly expected: string | null) {
    const stands = standing ? `version ${standing.version} stands, written by ${standing.author ?? 'somebody outside the team'}` : 'there is no such file any more';
    super(`${JSON.stringify(path)} has changed meanwhile: ${expected === null ? 'no file' : `version ${expected}`} was expected, ${stands}.`, { hint: 'Read the file again and make the change on what stands now.' });
  }
}

export class WorkspaceLimitError extends AiosError {
  readonly code = 'WORKSPACE_LIMIT';
  readonly kind = 'user';
  constructor(wanted: { files: number; bytes: number }, limits: { files: number; totalBytes: number }) {
    super(`The workspace would have ${wanted.files} files with ${wanted.bytes} bytes; its limits are ${limits.files} files and ${limits.totalBytes} bytes.`, { hint: 'Delete what is not needed any more, or use a second project.' });
  }
}

/** A unified diff that cannot be applied; nothing was changed. */
export class PatchRefusedError extends AiosError {
  readonly code = 'PATCH_REFUSED';
  readonly kind = 'user';
  constructor(why: string) {
    super(`The patch was not applied: ${why}`, { hint: 'Read the files as they are now and make the diff against those.' });
  }
}

export class CommitNotFoundError extends AiosError {
  readonly code = 'COMMIT_NOT_FOUND';
  readonly kind = 'user';
  constructor(commit: string) {
    super(`The project has no commit ${JSON.stringify(commit.slice(0, 80))}.`, { hint: 'Take an id of a commit of this project, at least its first 7 digits.' });
  }
}

/** A commit cannot be taken back, because later changes build upon it. */
export class RestoreConflictError extends AiosError {
  readonly code = 'RESTORE_CONFLICT';
  readonly kind = 'user';
  constructor(commit: string, readonly files: readonly string[]) {
    super(`Commit ${commit.slice(0, 10)} was not taken back: ${files.join(', ')} ${files.length === 1 ? 'has' : 'have'} changed since.`, { hint: 'Take back the later commits first, or edit these files.' });
  }
}

/** A zip that is not unpacked; nothing was changed. */
export class ArchiveRefusedError extends AiosError {
  readonly code = 'ARCHIVE_REFUSED';
  readonly kind = 'user';
  constructor(why: string, cause?: unknown) {
    super(`The snapshot was not restored: ${why}.`, { hint: 'Use a zip made by Snapshot, or one with plain files only.', cause });
  }
}

/** The history asked its store for something only a disk can do. */
export class UnsupportedFileCallError extends AiosError {
  readonly code = 'UNSUPPORTED_FILE_CALL';
  readonly kind = 'bug';
  constructor() {
    super('The history of a workspace was to be changed in a way its store does not know.', { hint: 'Please report what you did.' });
  }
}
