import { join } from 'node:path';
import { HostEndedError } from '../n8n-host/errors';
import { launchN8n, type LaunchOptions, type RunningN8n } from '../n8n-host/launch';
import { noteRunning } from '../start/running';

/** An n8n that reloads changed nodes by itself, and can be restarted for what it reads only once. */
export class DevHost {
  readonly logPath: string;
  /** Where it is installed. */
  readonly hostDir: string;
  /** Rejects when n8n ends and nobody asked it to. */
  readonly endedByItself: Promise<never>;
  private reportEnd!: (error: HostEndedError) => void;
  private n8n?: RunningN8n;

  constructor(private readonly options: LaunchOptions) {
    this.hostDir = options.hostDir;
    this.logPath = join(options.userFolder, 'n8n.log');
    this.endedByItself = new Promise((_, reject) => (this.reportEnd = reject));
    // Who does not wait for it yet is no reason to die of it.
    this.endedByItself.catch(() => {});
  }

  async start(): Promise<void> {
    // The level at which n8n says that it reloaded something.
    const n8n = await launchN8n({ ...this.options, environment: { ...this.options.environment, N8N_DEV_RELOAD: 'true', N8N_LOG_LEVEL: 'info' } });
    this.n8n = n8n;
    noteRunning(this.options.userFolder, { n8nPid: n8n.processId });
    void n8n.ended.then((exitCode) => this.n8n === n8n && this.reportEnd(new HostEndedError(exitCode, this.logPath)));
    await n8n.ready;
  }

  async stop(): Promise<void> {
    const n8n = this.n8n;
    this.n8n = undefined;
    await n8n?.stop();
  }

  async restart(): Promise<void> {
    await this.stop();
    await this.start();
  }
}
