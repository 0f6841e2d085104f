import { silentLogger } from '../../kernel';
import { openStores } from '../../team/stores';
import { readTeamConfig } from '../../team/open-team';
import { temporaryFolder } from '../support/temporary-folder';

it('a call that is booked while its team closes is booked', async () => {
  const folder = temporaryFolder();
  const config = readTeamConfig({}, { userFolder: folder, environment: {}, log: () => {} });
  const stores = await openStores({ config, folder, log: silentLogger });
  const booked = stores.ledger.settle({ callId: 'call', atMs: stores.clock.nowMs(), model: 'anthropic/claude', provider: 'anthropic', local: false, privacy: 'internal', promptTokens: 10, completionTokens: 5, costUsd: 0.01, durationMs: 1, outcome: 'ok' });
  await stores.close();
  await booked;

  const again = await openStores({ config, folder, log: silentLogger });
  expect(await again.ledger.totals({})).toMatchObject({ cloudCalls: 1, costUsd: 0.01 });
  await again.close();
});
