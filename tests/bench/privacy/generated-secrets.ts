import { BASE36, BASE62, DIGITS, HEX, UPPER, WORD, type Random } from './random';

export interface SecretRow {
  text: string;
  secret: string;
  /** Which vendor's format. */
  vendor: string;
  carrier: string;
}

const uuid = (random: Random) => [8, 4, 4, 4, 12].map((length) => random.characters(HEX, length)).join('-');

/**
 * How each vendor's values look, written from their documentation and not from the detector's table: a value from here is unseen.
 * The literal beginnings are cut in two, so that this file holds nothing a scanner of repositories would take for a key.
 */
const VENDORS: Record<string, (random: Random) => string> = {
  openai: (random) => `sk${'-proj-'}${random.characters(WORD, 74)}T3BlbkFJ${random.characters(WORD, 74)}`,
  anthropic: (random) => `sk${'-ant-'}api03-${random.characters(WORD, 93)}AA`,
  groq: (random) => `gs${'k_'}${random.characters(BASE62, 52)}`,
  openrouter: (random) => `sk${'-or-v1-'}${random.characters(HEX, 64)}`,
  huggingface: (random) => `h${'f_'}${random.characters('abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ', 34)}`,
  aws: (random) => `AK${'IA'}${random.characters(`${UPPER}234567`, 16)}`,
  aws_secret: (random) => random.characters(`${BASE62}/+`, 40),
  google: (random) => `AI${'za'}Sy${random.characters(WORD, 33)}`,
  google_oauth: (random) => `GOC${'SPX-'}${random.characters(WORD, 28)}`,
  azure: (random) => `${random.characters(`${BASE62}_~`, 3)}${random.characters(DIGITS, 1)}Q~${random.characters(WORD, 34)}`,
  github: (random) => `g${random.pick(['hp', 'ho', 'hs'])}_${random.characters(BASE62, 36)}`,
  github_fine: (random) => `github${'_pat_'}11${random.characters(UPPER + DIGITS, 20)}_${random.characters(BASE62, 59)}`,
  gitlab: (random) => `gl${'pat-'}${random.characters(WORD, 20)}`,
  slack: (random) => `xo${'xb-'}${random.characters(DIGITS, 12)}-${random.characters(DIGITS, 13)}-${random.characters(BASE62, 24)}`,
  slack_hook: (random) => `https://hooks.sl${'ack.com/services/'}T${random.characters(UPPER + DIGITS, 10)}/B${random.characters(UPPER + DIGITS, 10)}/${random.characters(BASE62, 24)}`,
  discord_hook: (random) => `https://dis${'cord.com/api/webhooks/'}${random.characters('123456789', 18)}/${random.characters(WORD, 68)}`,
  discord: (random) => `M${random.characters(BASE62, 25)}.${random.characters(WORD, 6)}.${random.characters(WORD, 38)}`,
  telegram: (random) => `${random.characters('123456789', 10)}:AA${random.characters(WORD, 33)}`,
  stripe: (random) => `${random.pick(['sk', 'rk'])}_${random.pick(['live', 'test'])}_${random.characters(BASE62, random.pick([24, 99]))}`,
  stripe_hook: (random) => `wh${'sec_'}${random.characters(BASE62, 32)}`,
  twilio: (random) => `S${'K'}${random.characters(HEX, 32)}`,
  sendgrid: (random) => `S${'G.'}${random.characters(WORD, 22)}.${random.characters(WORD, 43)}`,
  mailgun: (random) => `ke${'y-'}${random.characters(HEX, 32)}`,
  mailchimp: (random) => `${random.characters(HEX, 32)}-us${random.between(1, 21)}`,
  resend: (random) => `r${'e_'}${random.characters(BASE62, 8)}_${random.characters(BASE62, 24)}`,
  npm: (random) => `np${'m_'}${random.characters(BASE62, 36)}`,
  pypi: (random) => `pypi-AgEI${'cHlwaS5vcmc'}${random.characters(WORD, 150)}`,
  docker: (random) => `dckr${'_pat_'}${random.characters(WORD, 27)}`,
  digitalocean: (random) => `do${'p_v1_'}${random.characters(HEX, 64)}`,
  databricks: (random) => `da${'pi'}${random.characters(HEX, 32)}`,
  doppler: (random) => `dp${'.pt.'}${random.characters(BASE62, 43)}`,
  vault: (random) => `hv${'s.'}${random.characters(WORD, 95)}`,
  terraform: (random) => `${random.characters(BASE62, 14)}.atlas${'v1.'}${random.characters(WORD, 67)}`,
  pulumi: (random) => `pu${'l-'}${random.characters(HEX, 40)}`,
  linear: (random) => `lin${'_api_'}${random.characters(BASE62, 40)}`,
  airtable: (random) => `pa${'t'}${random.characters(BASE62, 14)}.${random.characters(HEX, 64)}`,
  atlassian: (random) => `ATA${'TT3x'}${random.characters(`${WORD}=`, 185)}`,
  shopify: (random) => `sh${'pat_'}${random.characters(HEX, 32)}`,
  square: (random) => `sq0${'atp-'}${random.characters(WORD, 22)}`,
  newrelic: (random) => `NR${'AK-'}${random.characters(UPPER + DIGITS, 27)}`,
  grafana: (random) => `gl${'sa_'}${random.characters(BASE62, 32)}_${random.characters(HEX, 8)}`,
  sentry: (random) => `snt${'ryu_'}${random.characters(HEX, 64)}`,
  supabase: (random) => `sb${'p_'}${random.characters(HEX, 40)}`,
  tailscale: (random) => `tsk${'ey-auth-'}${random.characters(BASE62, 12)}-${random.characters(BASE62, 32)}`,
  jwt: (random) => [{ alg: 'HS256', typ: 'JWT' }, { sub: random.characters(DIGITS, 8), iat: random.between(1.6e9, 1.9e9) }].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).concat(random.characters(WORD, 43)).join('.'),
  postgres: (random) => `postgresql://${random.pick(['app', 'svc_orders', 'ada'])}:${random.characters(BASE62, random.between(8, 24))}@db.internal.corp:5432/shop`,
  mongodb: (random) => `mongodb+srv://${random.pick(['app', 'svc'])}:${random.characters(BASE62, 16)}@cluster0.ab1cd.mongodb.net/shop`,
  redis: (random) => `rediss://:${random.characters(BASE62, 32)}@cache.corp.net:6380/0`,
  // No literal beginning: only the word in front tells.
  datadog: (random) => random.characters(HEX, 32),
  cloudflare: (random) => random.characters(WORD, 40),
  heroku: uuid,
  hubspot: uuid,
  twitch: (random) => random.characters(BASE36, 30),
  etsy: (random) => random.characters(BASE36, 24),
  dropbox: (random) => random.characters(BASE36, 15),
  travis: (random) => random.characters(BASE62, 22),
  plaid: (random) => random.characters(HEX, 30),
  mattermost: (random) => random.characters(BASE36, 26),
  coinbase: (random) => random.characters(BASE36, 64),
  okta: (random) => `00${random.characters(WORD, 40)}`,
  rapidapi: (random) => random.characters(BASE36, 50),
  own_service: (random) => random.characters(BASE62, random.between(16, 48)),
};

/** The ten kinds of the shared corpus and ten of our own. */
const CARRIERS: Record<string, (vendor: string, secret: string) => string> = {
  env: (vendor, secret) => `${vendor.toUpperCase()}_TOKEN=${secret}\n`,
  export: (vendor, secret) => `export ${vendor.toUpperCase()}_API_KEY="${secret}"`,
  json: (vendor, secret) => JSON.stringify({ service: vendor, [`${vendor}_api_key`]: secret }),
  nestedJson: (vendor, secret) => JSON.stringify({ role: 'tool', content: JSON.stringify({ config: `${vendor}.secret=${secret}\nretries=3` }) }),
  yaml: (vendor, secret) => `services:\n  ${vendor}:\n    api_key: ${secret}\n    region: eu`,
  compose: (vendor, secret) => `    environment:\n      - ${vendor.toUpperCase()}_SECRET=${secret}\n`,
  kubernetes: (vendor, secret) => `        - name: ${vendor.toUpperCase()}_TOKEN\n          value: "${secret}"`,
  toml: (vendor, secret) => `[${vendor}]\nauth_token = '${secret}'`,
  xml: (vendor, secret) => `<${vendor}><apiKey>${secret}</apiKey></${vendor}>`,
  javascript: (vendor, secret) => `const client = new ${vendor[0]!.toUpperCase()}${vendor.slice(1)}({ apiKey: '${secret}' });`,
  python: (vendor, secret) => `client = Client(service="${vendor}", token="${secret}")`,
  header: (_vendor, secret) => `Authorization: Bearer ${secret}`,
  curl: (vendor, secret) => `curl -s -H "X-${vendor}-Key: ${secret}" https://api.corp.net/v1/items`,
  url: (vendor, secret) => `GET https://api.corp.net/v2/${vendor}?page=2&access_token=${encodeURIComponent(secret)} failed`,
  log: (vendor, secret) => `2026-03-01T10:00:00Z WARN ${vendor} answered 401 for token=${secret} after 3 tries`,
  markdown: (vendor, secret) => `| setting | value |\n|---|---|\n| ${vendor} key | \`${secret}\` |`,
  prose: (vendor, secret) => `Hello, since this morning ${vendor} refuses our key ${secret}. What could be the reason?`,
  proseLater: (vendor, secret) => `The token we use for ${vendor} in production is ${secret}, please put it into the deployment.`,
  german: (vendor, secret) => `Der API-Schlüssel für ${vendor} lautet ${secret} und läuft im Mai ab.`,
  spanish: (vendor, secret) => `La clave de ${vendor} es ${secret}, ¿puedes probarla?`,
};

export function generatedSecrets(random: Random, count: number): SecretRow[] {
  const [vendors, carriers] = [Object.keys(VENDORS), Object.keys(CARRIERS)];
  return Array.from({ length: count }, () => {
    const [vendor, carrier] = [random.pick(vendors), random.pick(carriers)];
    const secret = VENDORS[vendor]!(random);
    return { text: CARRIERS[carrier]!(vendor, secret), secret, vendor, carrier };
  });
}
