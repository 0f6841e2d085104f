import { join } from 'node:path';
import { makeId, systemClock } from '../../kernel';
import { openLocalFileStores, openLocalRunFiles, openS3FileStores, runFilesInStores } from '../../workspace';
import { startS3Server, type S3Server } from '../support/s3-server';
import { itUnless } from '../support/services';
import { temporaryFolder } from '../support/temporary-folder';
import { fileStoreContract } from './file-store-contract';
import { runFilesContract } from './run-files-contract';

runFilesContract('local folder', (limits) => openLocalRunFiles(join(temporaryFolder(), 'runs'), limits));
fileStoreContract('local folder', () => openLocalFileStores(join(temporaryFolder(), 'workspaces'), systemClock));

describe('S3', () => {
  const servers: S3Server[] = [];
  afterAll(async () => void (await Promise.all(servers.map((server) => server.close()))));

  fileStoreContract('S3, signatures verified', async () => {
    // Two keys to a page, so that every listing goes over pages.
    const server = await startS3Server({ pageKeys: 2 });
    servers.push(server);
    return openS3FileStores({ endpoint: server.endpoint, bucket: 'team', region: 'us-east-1', accessKey: 'ada', secretKey: 'lovelace-1843', prefix: 'default', clock: systemClock });
  });

  runFilesContract('in stores', (limits) => runFilesInStores(openLocalFileStores(join(temporaryFolder(), 'runs'), systemClock), 's3://team', limits));

  // http://access-key:secret-key@host:port/bucket?region=us-east-1; each test has a prefix of its own in it.
  const real = process.env.S3_TEST_URL;
  itUnless(real === undefined ? 'S3_TEST_URL names no server' : undefined, 'is tried on a real server as well', () => expect(URL.canParse(real!)).toBe(true));
  if (real !== undefined) {
    const url = new URL(real);
    const settings = { endpoint: url.origin, bucket: url.pathname.slice(1), region: url.searchParams.get('region') ?? 'us-east-1', accessKey: decodeURIComponent(url.username), secretKey: decodeURIComponent(url.password) };
    fileStoreContract('S3_TEST_URL', () => openS3FileStores({ ...settings, prefix: `test-${makeId()}`, clock: systemClock }));
  }
});
