/** A file of a run as it is listed; content is read apart. */
export interface StoredFile {
  /** Relative, forward slashes. */
  path: string;
  bytes: number;
  /** Hex. */
  sha256: string;
}

/** The files one run delivers, below a folder of its own. Paths come from models: nothing outside can be reached. */
export interface RunFiles {
  /** Does it stay on this machine, or in the user's own network? Secret work is written nowhere else. */
  readonly local: boolean;
  /** Writes atomically (temporary file, then rename), replacing what was there. @throws {PathRefusedError} */
  write(runId: string, path: string, content: string): Promise<StoredFile>;
  /** @throws {PathRefusedError} @throws {FileNotFoundError} */
  read(runId: string, path: string): Promise<Buffer>;
  /** Sorted by path; empty for a run without files. */
  list(runId: string): Promise<StoredFile[]>;
  /** Absolute folder, for people to look into. */
  folder(runId: string): string;
}
