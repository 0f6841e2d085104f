import type { Clock } from '../../kernel';
import { inTransaction, migrate, translated, type Database } from '../../storage';
import type { Calibration } from '../calibration/calibrate';
import { NEVER_CALIBRATED, readKept, type CalibrationStore } from '../calibration-store';

const STEPS = ['CREATE TABLE calibration_in_force (id INTEGER PRIMARY KEY CHECK (id = 1), version INTEGER NOT NULL, since_ms INTEGER NOT NULL, calibration TEXT) STRICT;'];

/** The team's calibration in its SQLite file: one row. */
export function openSqliteCalibrationStore(database: Database, clock: Clock): CalibrationStore {
  migrate(database, 'calibration', STEPS);
  const select = database.prepare('SELECT version, since_ms AS sinceMs, calibration FROM calibration_in_force');
  const read = () => {
    const row = translated(() => select.get()) as { version: number; sinceMs: number; calibration: string | null } | undefined;
    return row ? { ...row, calibration: readKept<Calibration>(row.calibration) } : NEVER_CALIBRATED;
  };
  return {
    read: async () => read(),

    async replace(readVersion, calibration) {
      return inTransaction(database, () => {
        if (read().version !== readVersion) return false;
        database.prepare('INSERT OR REPLACE INTO calibration_in_force (id, version, since_ms, calibration) VALUES (1, ?, ?, ?)').run(readVersion + 1, clock.nowMs(), calibration ? JSON.stringify(calibration) : null);
        return true;
      });
    },
  };
}
