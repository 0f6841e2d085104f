import { openRedisCalibrationStore } from '../../router';
import { calibrationStoreContract } from '../contracts/calibration-store-contract';
import { describeWithRedis } from '../support/redis-team';

describeWithRedis('on Redis', (redis) => {
  calibrationStoreContract('redis', () => {
    const keys = redis.keys();
    return { open: (clock) => openRedisCalibrationStore({ connection: redis.connection, keys, clock }), damage: async () => void (await redis.connection.ask((server) => server.set(keys('calibration'), '{"version": 1, "calib'))), close() {} };
  });
});
