import { mkdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { userFolder } from '../../cli/user-folder';
import { temporaryFolder } from '../support/temporary-folder';

const packageFolder = temporaryFolder();

describe('which n8n a command is about', () => {
  it('is the one of --data, whatever the environment says', () =>
    expect(userFolder({ data: 'some/folder', environment: { N8N_USER_FOLDER: '/elsewhere' }, packageFolder })).toBe(resolve('some/folder')));

  it('is the one of N8N_USER_FOLDER without --data', () => expect(userFolder({ data: undefined, environment: { N8N_USER_FOLDER: '/elsewhere' }, packageFolder })).toBe('/elsewhere'));

  it('is the home folder, as for n8n, where nobody names one', () => expect(userFolder({ data: undefined, environment: { N8N_USER_FOLDER: ' ' }, packageFolder })).toBe(homedir()));

  it('is .data of a clone in which npm start has made one', () => {
    const clone = temporaryFolder();
    mkdirSync(join(clone, '.data'));
    expect(userFolder({ data: undefined, environment: {}, packageFolder: clone })).toBe(join(clone, '.data'));
  });
});
