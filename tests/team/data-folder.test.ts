import { teamConfigSchema } from '../../team/config';
import { teamDataFolder } from '../../team/data-folder';
import type { TeamHost } from '../../team';

const host = (environment: Record<string, string> = {}): TeamHost => ({ userFolder: '/home/ada', environment, log: () => {} });
const config = (fields: Record<string, unknown> = {}) => teamConfigSchema.parse(fields);

describe('the data folder of a team', () => {
  it("lies below n8n's user folder by default, one per team", () => {
    expect(teamDataFolder(config(), host())).toBe('/home/ada/.n8n/aios/default');
    expect(teamDataFolder(config({ teamName: 'blue' }), host())).toBe('/home/ada/.n8n/aios/blue');
  });

  it('follows AIOS_DATA_DIR', () => {
    expect(teamDataFolder(config(), host({ AIOS_DATA_DIR: '/srv/aios' }))).toBe('/srv/aios/default');
  });

  it.each(['/etc', '../../outside', '/home/ada/.n8n-other', '/srv/aiosx'])('refuses %s from a credential', (dataDir) => {
    expect(() => teamDataFolder(config({ dataDir }), host({ AIOS_DATA_DIR: '/srv/aios' }))).toThrow(expect.objectContaining({ code: 'INVALID_INPUT' }));
  });

  it('takes a folder below the allowed ones', () => {
    expect(teamDataFolder(config({ dataDir: 'projects' }), host({ AIOS_DATA_DIR: '/srv/aios' }))).toBe('/srv/aios/projects/default');
    expect(teamDataFolder(config({ dataDir: '/home/ada/.n8n/elsewhere' }), host())).toBe('/home/ada/.n8n/elsewhere/default');
  });

  it.each(['../x', 'a/b', '', 'x'.repeat(41), '.hidden'])('refuses the team name %j', (teamName) => {
    expect(teamConfigSchema.safeParse({ teamName }).success).toBe(false);
  });
});
