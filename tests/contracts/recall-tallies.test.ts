import { openRedisRecallTallies, openSqliteRecallTallies } from '../../memory';
import { openSqlite } from '../../storage';
import { fakeClock } from '../support/fake-clock';
import { describeWithRedis } from '../support/redis-team';
import { recallTallyContract } from './recall-tally-contract';

recallTallyContract('sqlite', (clock) => {
  const database = openSqlite(':memory:');
  const open = () => openSqliteRecallTallies({ database, clock });
  return [open(), open()];
});

describeWithRedis('recall tallies in Redis', (redis) => {
  recallTallyContract('redis', (clock) => {
    const keys = redis.keys();
    return [openRedisRecallTallies({ connection: redis.connection, keys, clock }), openRedisRecallTallies({ connection: redis.second, keys, clock })];
  });

  it('lets each day go by itself', async () => {
    const keys = redis.keys();
    await openRedisRecallTallies({ connection: redis.connection, keys, clock: fakeClock() }).add({ byOthers: 1 });
    const [key] = await redis.connection.ask((commands) => commands.keys(keys('recalls', '*')));
    const leftMs = await redis.connection.ask((commands) => commands.pttl(key!));
    expect(leftMs / 24 / 3_600_000).toBeCloseTo(90, 1);
  });
});
