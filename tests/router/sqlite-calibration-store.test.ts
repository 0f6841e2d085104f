import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openSqliteCalibrationStore } from '../../router';
import { openSqlite, type Database } from '../../storage';
import { calibrationStoreContract } from '../contracts/calibration-store-contract';

calibrationStoreContract('sqlite', () => {
  const folder = mkdtempSync(join(tmpdir(), 'aios-calibration-'));
  const databases: Database[] = [];
  return {
    open(clock) {
      const database = openSqlite(join(folder, 'team.sqlite'));
      databases.push(database);
      return openSqliteCalibrationStore(database, clock);
    },
    damage: async () => void databases[0]!.exec(`UPDATE calibration_in_force SET calibration = '{"success": {'`),
    close() {
      for (const database of databases) database.close();
      rmSync(folder, { recursive: true });
    },
  };
});
