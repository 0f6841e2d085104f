import { isPublicIp, webAddress, WebAddressRefusedError } from '../../kernel';
import { PUBLIC_ADDRESSES, PUBLIC_IPS } from '../bench/ssrf/public-addresses';
import { INTERNAL_IPV4, INTERNAL_IPV6 } from '../bench/ssrf/hostile-addresses';
import { addressAttacks, generatedAttacks, measureSsrf } from '../bench/ssrf/measure';
import { itUnless } from '../support/services';
import { noCorpus, sharedRows } from '../support/shared-data';

const rows = sharedRows<{ url: string }>('data/ssrf/ssrf_urls.jsonl');
/** All of them take three seconds alone; a tenth is a different one with each SEED. */
const share = process.env.FULL === '1' ? 1 : 10;
const attacks = generatedAttacks().filter((_, index) => (index + Number(process.env.SEED ?? 1)) % share === 0);

describe('an address of the inside', () => {
  itUnless(noCorpus(rows), 'is never reached by the rows of the corpus', async () => {
    const { hits, control } = await measureSsrf(addressAttacks(rows!.map(({ url }) => url)));
    expect({ hits, control }).toEqual({ hits: [], control: 1 });
  });

  it('is never reached in any notation, by redirects, by names or by names that change', async () => {
    const { tried, hits, control } = await measureSsrf(attacks);
    expect({ enough: tried > 2_000, hits, control }).toEqual({ enough: true, hits: [], control: 1 });
  }, 60_000);

  it.each([...INTERNAL_IPV4, ...INTERNAL_IPV6, 'nonsense', '', '1.2.3', '::ffff:8.8.8.8', '2002:808:808::1'])('is told by its number: %s', (ip) => expect(isPublicIp(ip)).toBe(false));

  it.each([
    ['file:///etc/passwd', 'only http and https'],
    ['https://user:pass@example.com/', 'user name or password'],
    ['http://example.com:6379/', 'port 6379'],
    ['http://[fe80::1%25eth0]/', 'cannot be read as an address'],
    ['http://127.1/', 'internal network'],
    [`https://example.com/?${'a'.repeat(2_000)}`, 'at most 2000'],
  ])('is refused in words: %s', (address, why) => expect(() => webAddress(address)).toThrow(new RegExp(why)));

  it('is not told apart by what the message says', () => {
    const messageOf = (address: string) => {
      try {
        return webAddress(address).href;
      } catch (error) {
        return (error as WebAddressRefusedError).message;
      }
    };
    expect(messageOf('http://user:hunter2@127.0.0.1/?token=abc')).not.toMatch(/hunter2|abc/);
  });

  it('is asked when whoever runs n8n has named it, at the port he named', () => {
    expect(webAddress('http://wiki:3000/a', ['wiki:3000']).href).toBe('http://wiki:3000/a');
    expect(webAddress('http://WIKI/a', ['Wiki']).host).toBe('wiki');
    expect(() => webAddress('http://wiki:3001/', ['wiki:3000'])).toThrow(WebAddressRefusedError);
    expect(() => webAddress('http://wiki.evil.example@10.0.0.1/', ['wiki'])).toThrow(WebAddressRefusedError);
  });
});

describe('a public address', () => {
  it.each(PUBLIC_ADDRESSES)('is taken: %s', (address) => expect(webAddress(address).protocol).toMatch(/^https?:$/));
  it.each(PUBLIC_IPS)('is told by its number: %s', (ip) => expect(isPublicIp(ip)).toBe(true));
});
