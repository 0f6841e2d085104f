/** What research reads; none may be refused. */
export const PUBLIC_ADDRESSES = [
  'https://example.com/', 'http://example.com:8080/a?b=c#d', 'https://en.wikipedia.org/wiki/Tide', 'https://docs.n8n.io/integrations/', 'https://raw.githubusercontent.com/n8n-io/n8n/master/README.md', 'https://developer.mozilla.org/en-US/docs/Web/API/URL',
  'https://münchen.example/straße', 'https://xn--mnchen-3ya.example/', 'https://例え.jp/', 'https://localhost.example.com/', 'https://internal.example.com/', 'https://local.example.org/', 'https://127.example.com/', 'https://my-lan.net/', 'https://homes.co.uk/', 'https://example.com./', 'https://EXAMPLE.com/',
  'https://8.8.8.8/', 'https://1.1.1.1/dns-query', 'https://[2606:4700:4700::1111]/', 'https://[2001:4860:4860::8888]/', 'https://[64:ff9b::8.8.8.8]/', 'https://example.com/?next=http://127.0.0.1/', 'https://web.archive.org/web/2020/http://localhost/',
];

/** Just outside the ranges that are internal, and well-known hosts. */
export const PUBLIC_IPS = ['1.1.1.1', '8.8.8.8', '9.255.255.255', '11.0.0.0', '100.63.255.255', '100.128.0.0', '126.255.255.255', '128.0.0.1', '169.253.255.255', '169.255.0.0', '172.15.255.255', '172.32.0.0', '192.0.3.0', '192.167.255.255', '192.169.0.0', '198.17.255.255', '198.20.0.0', '223.255.255.255', '2606:4700::6810:85e5', '2a00:1450:4001:80b::200e', '2400:cb00::1', '2001:4860:4860::8844', '3ffe:ffff::1', '64:ff9b::808:808'];
