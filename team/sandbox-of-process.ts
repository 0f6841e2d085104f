import { openSandbox, type Sandbox } from '../skills';

let sandbox: Sandbox | undefined;

/** One for all teams of this process, so that its bound on jobs at the same time is one, and its layers are tried once. */
export function sandboxOfProcess(): Sandbox {
  return (sandbox ??= openSandbox());
}
