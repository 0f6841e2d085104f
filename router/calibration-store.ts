import type { Calibration } from './calibration/calibrate';

/** What is in force in a team. A team that was never calibrated has version 0. */
export interface KeptCalibration {
  /** Grows with each change. */
  version: number;
  /** `undefined`: the shipped model alone. */
  calibration: Calibration | undefined;
  /** When it came into force. */
  sinceMs: number;
}

/** Where a team's calibration lives. Several processes may read and change it at once. */
export interface CalibrationStore {
  read(): Promise<KeptCalibration>;
  /**
   * Puts another one in force, if what was read is still the last word.
   * @returns false when somebody else was faster; then nothing has changed
   */
  replace(readVersion: number, calibration: Calibration | undefined): Promise<boolean>;
}

export const NEVER_CALIBRATED: KeptCalibration = { version: 0, calibration: undefined, sinceMs: 0 };

/** What stands in a store. A text that cannot be read counts as none: whoever calibrates next replaces it. */
export function readKept<T extends object>(text: string | null): T | undefined {
  try {
    const value: unknown = JSON.parse(text ?? 'null');
    return typeof value === 'object' && value !== null ? (value as T) : undefined;
  } catch {
    return undefined;
  }
}
