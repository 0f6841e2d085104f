import { InvalidInputError } from '../../kernel';
import { repositoryDir } from '../../scripts/n8n-host/place';
import { parseStartArguments } from '../../scripts/start/arguments';

describe('parseStartArguments', () => {
  it('starts on 5678 with its data in the clone when nothing is said', () => {
    expect(parseStartArguments([])).toEqual({ help: false, json: false, rehearsal: false, port: 5678, dataDir: `${repositoryDir}/.data` });
  });

  it('takes every option, with "=" and without', () => {
    const options = parseStartArguments(['--json', '--port=8080', '--data', '/srv/aios', '--rehearsal']);
    expect(options).toEqual({ help: false, json: true, rehearsal: true, port: 8080, dataDir: '/srv/aios' });
  });

  it.each([['--prot', '1'], ['--port', 'http'], ['--port', '70000'], ['--port', '-1'], ['--port', ''], ['--data', ' '], ['--port'], ['extra']])('refuses %s %s with the usage', (...args) => {
    const parse = () => parseStartArguments(args.filter((argument) => argument !== undefined));
    expect(parse).toThrow(InvalidInputError);
    expect(parse).toThrow(expect.objectContaining({ hint: expect.stringContaining('Usage: npm start') }));
  });
});
