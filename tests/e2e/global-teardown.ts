import type { SharedInstance } from './shared-instance';

export default async function stopSharedInstance(): Promise<void> {
  await (globalThis as SharedInstance).stopSharedInstance?.();
}
