import { redisScript } from '../../storage';
import { NEVER_CALIBRATED, readKept, type CalibrationStore, type KeptCalibration } from '../calibration-store';
import type { RedisLedgerOptions } from './redis-ledger';

/**
 * KEYS 1 the calibration in force
 * ARGV 1 version that was read · 2 what replaces it
 * → 1, or 0 when somebody else was faster
 */
const REPLACE = redisScript(`
local kept = redis.call('GET', KEYS[1])
local isReadable, known = pcall(cjson.decode, kept or 'null')
local version = isReadable and type(known) == 'table' and known.version or 0
if version ~= tonumber(ARGV[1]) then return 0 end
redis.call('SET', KEYS[1], ARGV[2])
return 1
`);

/** The team's calibration in Redis: one string, kept until it is replaced. */
export function openRedisCalibrationStore({ connection, keys, clock }: RedisLedgerOptions): CalibrationStore {
  const key = keys('calibration');
  return {
    async read() {
      const kept = readKept<KeptCalibration>(await connection.ask((redis) => redis.get(key)));
      return { ...NEVER_CALIBRATED, ...kept };
    },

    async replace(readVersion, calibration) {
      const next: KeptCalibration = { version: readVersion + 1, sinceMs: clock.nowMs(), calibration };
      return (await connection.run(REPLACE, [key], [readVersion, JSON.stringify(next)])) === 1;
    },
  };
}
