/** Things of this machine that a sandboxed process must not reach. */
export interface ProbeTargets {
  seal: string;
  readablePath: string;
  writablePath: string;
  /** On 127.0.0.1, where somebody listens. */
  port: number;
  /** Of a process of the same user. */
  pid: number;
}

export interface ProbeAnswer {
  reads: boolean;
  writes: boolean;
  starts: boolean;
  connects: boolean;
  seesProcess: boolean;
  /** Names of environment variables. */
  environment: string[];
}
