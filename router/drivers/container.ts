import { existsSync } from 'node:fs';

/** What Docker and Podman put into every container. */
const MARKS = ['/.dockerenv', '/run/.containerenv'];

/** Whether this process runs in a container, where "localhost" is the container and not the computer around it. */
export function isInContainer(): boolean {
  return process.env.KUBERNETES_SERVICE_HOST !== undefined || MARKS.some((mark) => existsSync(mark));
}
