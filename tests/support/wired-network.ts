import { connect } from 'node:net';
import type { Network } from '../../kernel';

export interface WiredNetwork extends Network {
  /** Addresses that were dialled, in order. */
  dialled: string[];
  /** Names that were looked up, in order. */
  resolved: string[];
}

export interface Wiring {
  /** Name → its addresses at the first look-up, the second, …; the last answer stands. Other names are unknown. */
  names?: Record<string, readonly (readonly string[])[]>;
  /** Address → port of the server on 127.0.0.1 that plays it. */
  hosts?: Record<string, number>;
  /** Where every other address leads; unset: nowhere. */
  elsewhere?: number;
}

/** A network of names and addresses that are played by real servers on this machine. */
export function wiredNetwork({ names = {}, hosts = {}, elsewhere }: Wiring): WiredNetwork {
  const dialled: string[] = [];
  const resolved: string[] = [];
  return {
    dialled,
    resolved,
    resolve: (name) => {
      const answers = names[name] ?? [];
      const answer = answers[Math.min(resolved.filter((before) => before === name).length, answers.length - 1)];
      resolved.push(name);
      return answer ? Promise.resolve([...answer]) : Promise.reject(Object.assign(new Error('unknown name'), { code: 'ENOTFOUND' }));
    },
    dial: (addresses) => {
      dialled.push(addresses[0]!);
      return connect({ host: '127.0.0.1', port: hosts[addresses[0]!] ?? elsewhere ?? 1 });
    },
  };
}
