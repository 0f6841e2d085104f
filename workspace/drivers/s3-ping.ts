import { errorFacts, makeId, type Clock } from '../../kernel';
import { S3Client, type S3Settings } from './s3-client';

export interface BucketPing {
  ok: boolean;
  latencyMs: number;
  /** For a person, without a full stop. */
  detail: string;
  todo?: string;
}

/** Lists, writes, writes again where nothing may stand, reads and deletes: all that the workspace needs of a bucket. Never throws. */
export async function pingBucket(settings: S3Settings, prefix: string, clock: Clock): Promise<BucketPing> {
  const client = new S3Client(settings, clock);
  const key = `${prefix}/.ping/${makeId()}`;
  const startedMs = performance.now();
  const latencyMs = () => Math.round(performance.now() - startedMs);
  try {
    await client.ask({ method: 'GET', key: '', query: { 'list-type': '2', 'max-keys': '1', prefix: `${prefix}/` } });
    await client.ask({ method: 'PUT', key, body: Buffer.from('ping') });
    const again = await client.ask({ method: 'PUT', key, body: Buffer.from('again'), headers: { 'if-none-match': '*' } });
    await client.ask({ method: 'DELETE', key });
    if (!again.ok) return { ok: true, latencyMs: latencyMs(), detail: 'lists, writes, keeps what others wrote, and deletes' };
    return { ok: false, latencyMs: latencyMs(), detail: 'writes over what others wrote: it does not know conditional writes (If-None-Match)', todo: 'Use a server that does: AWS, or MinIO from September 2025 on.' };
  } catch (error) {
    const { message, hint } = errorFacts(error);
    return { ok: false, latencyMs: latencyMs(), detail: message.replace(/\.$/, ''), todo: hint };
  }
}
