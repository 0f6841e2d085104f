import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { queueModeRedis } from '../../team/drivers/queue-redis';
import { temporaryFolder } from '../support/temporary-folder';

const settings = (names: Record<string, string>) => Object.fromEntries(Object.entries(names).map(([name, value]) => [`QUEUE_BULL_REDIS_${name}`, value]));

describe("the Redis of n8n's own queue", () => {
  it('is nowhere when n8n was told nothing', () => expect(queueModeRedis({ QUEUE_BULL_REDIS_TIMEOUT_THRESHOLD: '1' })).toBeUndefined());

  it.each([
    [{ HOST: 'redis' }, 'redis://redis:6379/0'],
    [{ PORT: '6380' }, 'redis://localhost:6380/0'],
    [{ HOST: 'redis', PORT: '1', DB: '3', USERNAME: 'ada', PASSWORD: 'p@ss/w:rd' }, 'redis://ada:p%40ss%2Fw%3Ard@redis:1/3'],
    [{ HOST: 'redis', PASSWORD: 'secret' }, 'redis://:secret@redis:6379/0'],
    [{ HOST: '::1' }, 'redis://[::1]:6379/0'],
  ])('is read from %j', (names, url) => expect(queueModeRedis(settings(names as unknown as Record<string, string>))).toEqual({ url }));

  it('is asked over TLS as n8n asks it', () => {
    expect(queueModeRedis(settings({ HOST: 'redis', TLS: 'true' }))).toEqual({ url: 'rediss://redis:6379/0', tls: { serverName: undefined, mustBeValid: true } });
    expect(queueModeRedis(settings({ HOST: 'redis', TLS: 'true', TLS_SERVERNAME: 'inside', TLS_VALIDATE_CERTIFICATE: 'false' }))?.tls).toEqual({ serverName: 'inside', mustBeValid: false });
  });

  it('has a password that may stand in a file', () => {
    const file = join(temporaryFolder(), 'password');
    writeFileSync(file, 'from-file\n');
    expect(queueModeRedis({ ...settings({ HOST: 'redis' }), QUEUE_BULL_REDIS_PASSWORD_FILE: file })?.url).toBe('redis://:from-file@redis:6379/0');
    expect(() => queueModeRedis(settings({ HOST: 'redis', PASSWORD_FILE: `${file}-gone` }))).toThrow(expect.objectContaining({ code: 'QUEUE_REDIS_UNUSABLE' }));
  });

  it('is refused when it is a cluster, or makes no address', () => {
    for (const names of [{ CLUSTER_NODES: 'one:6379,two:6379' }, { HOST: 'redis', PORT: 'many' }]) {
      expect(() => queueModeRedis(settings(names as unknown as Record<string, string>))).toThrow(expect.objectContaining({ code: 'QUEUE_REDIS_UNUSABLE', hint: expect.stringContaining('Redis URL') }));
    }
  });
});
