import { makeId, silentLogger, systemClock } from '../../kernel';
import { createMemory, openSqliteMemory } from '../../memory';
import { soughtText } from '../../memory/sought-text';
import { openSqlite } from '../../storage';
import { ngramVector } from '../support/ngram-vectors';

describe('what an item is found by', () => {
  it.each([
    [undefined, undefined], ['', undefined], ['Opening hours', 'Opening hours'], ['Terms and/or conditions', 'Terms and/or conditions'], ['Release 2.0', 'Release 2.0'],
    ['https://example.com/guides/opening-hours.html?x=1#top', 'opening hours'], ['https://example.com/', 'example'], ['/srv/docs/0019-the-sweeper.md', '0019 the sweeper'], ['C:\\docs\\price_list.xlsx', 'price list'], ['handbook.pdf', 'handbook'], ['Our Handbook.pdf', 'Our Handbook'], ['///', undefined],
  ])('of a source %s is its name %s, before the text', (source, name) => expect(soughtText({ text: 'the text', provenance: { source } })).toBe(name === undefined ? 'the text' : `${name}\nthe text`));

  it('is what is embedded, and a secret in it keeps the item here', async () => {
    const seen: string[] = [];
    const memory = createMemory({
      store: openSqliteMemory({ database: openSqlite(':memory:'), clock: systemClock }), clock: systemClock, makeId, log: silentLogger, estimateTokens: (text) => text.length,
      embedder: async () => await Promise.resolve({ model: 'elsewhere', local: false, embed: async (texts) => await Promise.resolve((seen.push(...texts), texts.map((text) => ngramVector(text)))) }),
    });
    const remembered = await memory.remember(
      [{ source: 'Opening hours' }, { source: 'https://ada:hunter2-Kd93kfLw@example.com/plan' }].map((provenance) => ({ text: 'Nine to five.', kind: 'chat', scope: { level: 'team' }, provenance })),
      new AbortController().signal,
    );
    expect(seen).toEqual(['Opening hours\nNine to five.']);
    expect(remembered).toMatchObject([{ privacy: 'internal' }, { privacy: 'secret', notEmbedded: 'secret, and the embedding model is not on this machine' }]);
  });
});
