import type { Clock } from '../kernel';
import type { ModelDriver } from './model-driver';

/** Faults in a row after which a service is left alone. */
const MOST_FAULTS = 5;
/** How long it is left alone; then one call tries it again. */
const REST_MS = 30_000;

/** Codes of errors after which nobody knows whether the service is still there. */
export const SERVICE_FAULTS: ReadonlySet<string> = new Set(['PROVIDER_DOWN', 'MODEL_STALLED']);

type Service = Pick<ModelDriver, 'provider' | 'address'>;

/**
 * Leaves a service alone that did not answer several times in a row, so that nobody waits for it in vain.
 * After its rest one call tries it: an answer makes all well, a fault begins the next rest. Known to this process only.
 */
export class CircuitBreakers {
  private readonly services = new Map<string, { faults: number; restUntilMs: number }>();

  constructor(private readonly clock: Clock) {}

  /** Milliseconds until the service is tried again; 0 when it may be asked now. */
  restMs(service: Service): number {
    const known = this.services.get(keyOf(service));
    return known && known.faults >= MOST_FAULTS ? Math.max(0, known.restUntilMs - this.clock.nowMs()) : 0;
  }

  /** Why the service is left alone, or `undefined`. */
  restReason(service: Service): string | undefined {
    const restMs = this.restMs(service);
    const faults = this.services.get(keyOf(service))?.faults;
    return restMs > 0 ? `did not answer ${faults} times; tried again in ${Math.ceil(restMs / 1_000)} s` : undefined;
  }

  /** A call begins. Where it is the one that tries a rested service, the others wait for what becomes of it. */
  begin(service: Service): void {
    const known = this.services.get(keyOf(service));
    if (known && known.faults >= MOST_FAULTS) known.restUntilMs = this.clock.nowMs() + REST_MS;
  }

  answered(service: Service): void {
    this.services.delete(keyOf(service));
  }

  failed(service: Service): void {
    const faults = (this.services.get(keyOf(service))?.faults ?? 0) + 1;
    this.services.set(keyOf(service), { faults, restUntilMs: this.clock.nowMs() + REST_MS });
  }
}

/** Reading an address takes longer than all else a choice does with a service, and drivers live as long as the team. */
const keys = new WeakMap<Service, string>();

export function keyOf(service: Service): string {
  const known = keys.get(service);
  if (known !== undefined) return known;
  const { provider, address = '' } = service;
  const key = `${provider} ${URL.canParse(address) ? new URL(address).host : address}`;
  keys.set(service, key);
  return key;
}
