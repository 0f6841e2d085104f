import { BASE36, DIGITS, HEX, LOWER, UPPER, type Random } from './random';

export interface PersonRow {
  text: string;
  /** What the row holds; undefined: nothing personal. */
  kind?: string;
  value?: string;
}

function luhn(random: Random, start: string, length: number): string {
  const digits = start + random.characters(DIGITS, length - start.length - 1);
  for (let check = 0; check < 10; check++) {
    const sum = [...`${digits}${check}`].toReversed().reduce((total, digit, index) => total + (index % 2 ? (Number(digit) * 2 > 9 ? Number(digit) * 2 - 9 : Number(digit) * 2) : Number(digit)), 0);
    if (sum % 10 === 0) return `${digits}${check}`;
  }
  return digits;
}

function iban(country: string, account: string): string {
  const numbers = [...`${account}${country}00`].map((character) => Number.parseInt(character, 36)).join('');
  return `${country}${String(98n - (BigInt(numbers) % 97n)).padStart(2, '0')}${account}`;
}

const inGroups = (value: string, size: number) => value.match(new RegExp(`.{1,${size}}`, 'g'))!.join(' ');
const name = (random: Random) => random.pick(['Ada Keller', 'Jonas Weber', 'Inés Romero', 'Chloé Martin', 'Piotr Nowak', 'Yuki Tanaka', 'Olu Adeyemi', 'Sofia Rossi']);
const digits = (random: Random, ...lengths: number[]) => lengths.map((length) => random.characters(DIGITS, length));
const area = (random: Random) => `${random.between(2, 9)}${random.characters(DIGITS, 2)}`;

const IDENTIFIERS: Record<string, (random: Random) => string> = {
  'credit-card': (random) => {
    const card = random.pick([luhn(random, '4', 16), luhn(random, '53', 16), luhn(random, '2300', 16), luhn(random, '37', 15), luhn(random, '6011', 16), luhn(random, '3530', 16), luhn(random, '36', 14)]);
    return card.length === 16 ? random.pick([card, inGroups(card, 4), inGroups(card, 4).replaceAll(' ', '-')]) : card;
  },
  iban: (random) => {
    const account = random.pick([['DE', 18], ['ES', 20], ['AT', 16], ['CH', 17], ['BE', 12], ['PT', 21], ['PL', 24]] as const);
    const whole = iban(account[0], random.characters(DIGITS, account[1]));
    return random.pick([whole, inGroups(whole, 4), whole.toLowerCase()]);
  },
  phone: (random) => {
    const [a, b, c, d] = digits(random, 3, 4, 2, 2) as [string, string, string, string];
    return random.pick([`+1-${area(random)}-${area(random)}-${b}`, `(${area(random)}) ${area(random)}-${b}`, `+49 1${random.between(51, 79)} ${a}${b}`, `+44 7${a} ${a}${a}`, `06 ${c} ${d} ${c} ${d}`, `+34 6${c} ${a} ${a}`, `0${random.between(30, 89)} ${b}${a}`, `+81 90-${b}-${b}`, `+91 9${b}${b}${random.between(0, 9)}`, `0${random.between(151, 179)}/${a}${b}`]);
  },
  email: (random) => `${random.characters(LOWER, random.between(2, 7))}.${random.characters(LOWER, random.between(3, 9))}${random.pick(['', '+shop', '_84'])}@${random.characters(LOWER, random.between(3, 9))}.${random.pick(['com', 'de', 'co.uk', 'io', 'org.br', 'museum', 'fr'])}`,
  ip: (random) => random.pick([`${random.between(11, 99)}.${random.between(0, 255)}.${random.between(0, 255)}.${random.between(1, 254)}`, `2a02:${random.characters('123456789abcdef', 4)}:${random.characters('123456789abcdef', 3)}::${random.characters('123456789abcdef', 4)}`]),
  ssn: (random) => `${random.between(100, 665)}-${random.between(10, 99)}-${random.between(1000, 9999)}`,
  passport: (random) => random.pick([`${random.characters(UPPER, 1)}${random.characters(DIGITS, 8)}`, `${random.characters(UPPER, 2)}${random.characters(DIGITS, 7)}`, random.characters(DIGITS, 9), `C${random.characters('0123456789CFGHJK', 1)}${random.characters(DIGITS, 7)}`]),
  license: (random) => random.pick([`${random.characters(UPPER, 1)}${random.characters(DIGITS, 7)}`, random.characters(DIGITS, random.between(7, 9)), `${random.characters(UPPER, 1)}${digits(random, 3, 3, 2, 3).join('-')}`]),
  account: (random) => random.pick([random.characters(DIGITS, random.between(8, 12)), `${random.characters(DIGITS, 8)}${random.characters(UPPER, 1)}`]),
  patient: (random) => `${random.characters(UPPER, 3)}-${random.characters(DIGITS, random.between(5, 7))}`,
  tax: (random) => `${random.between(10, 99)}-${random.between(1000000, 9999999)}`,
};

/** What people write around them; `{}` is the identifier, `{name}` a name. */
const SENTENCES: Record<string, readonly string[]> = {
  'credit-card': ['Please refund my card {} today.', 'Bitte belasten Sie die Karte {} erneut.', 'Mi tarjeta {} fue rechazada.', 'Ma carte {} ne marche plus.', '{"customer":"{name}","pan":"{}"}', 'paid with {}, receipt missing', 'name,card\n{name},{}'],
  iban: ['Transfer it to {} please.', 'Meine IBAN ist {}, {name}.', 'Mon IBAN : {}', 'payout_account: {}', 'Rechnung an {name}, Konto {}'],
  phone: ['Call me at {} after six.', 'Meine Handynummer ist {}.', 'Mon téléphone : {}', 'Mi móvil es {}, gracias.', '{"name":"{name}","phone":"{}"}', 'Tel.: {}', 'You can reach {name} under {}.', 'WhatsApp {}'],
  email: ['Write to {} please.', 'Meine Adresse: {}', '{"email":"{}"}', 'From: {name} <{}>', 'user={}&plan=pro', '{name};{};Berlin'],
  ip: ['The login came from {} at night.', 'client {} was blocked', '{} - - [10/Oct/2026:13:55:36] "GET / HTTP/1.1" 200', 'Zugriff von {} gesperrt'],
  ssn: ['My SSN is {}.', '{name}, {}, born 1984', '{"ssn":"{}"}', 'Employee {name} has number {} on file.'],
  passport: ['My passport number is {}.', 'Reisepass Nr. {} von {name}', 'Pasaporte: {}', 'Passeport n° {}', "{name}'s passport {} expires in May."],
  license: ["My driver's license number is {}", 'Driver license: {}', 'Führerschein {} von {name}', 'His driving licence {} was copied.'],
  account: ['Please close bank account {}.', 'account number {} of {name}', 'Kontonummer {}', 'Account no. {} is overdrawn.', 'número de cuenta {}'],
  patient: ['Patient ID {} was mixed up.', 'MRN {} for {name}', 'insurance policy #{}', 'Medical record {} is wrong.'],
  tax: ['Our tax ID is {}.', 'EIN {}', 'Tax identification number: {} ({name})'],
};

/** Numbers and names that say nothing of a person. */
const HARMLESS: ReadonlyArray<(random: Random) => string> = [
  (random) => `Why does order ${random.characters(DIGITS, 10)} still say pending?`,
  (random) => `Update from ${random.between(1, 9)}.${random.between(0, 30)}.${random.between(0, 9)} to ${random.between(1, 9)}.0.0 breaks the build.`,
  (random) => `Commit ${random.characters(HEX, 40)} introduced the bug.`,
  (random) => `The run ${[8, 4, 4, 4, 12].map((length) => random.characters(HEX, length)).join('-')} has failed twice.`,
  (random) => `Revenue grew from ${random.between(100, 999)},${random.characters(DIGITS, 3)},${random.characters(DIGITS, 3)} to ${random.between(1, 9)}.${random.characters(DIGITS, 3)}.${random.characters(DIGITS, 3)} euros in 2025.`,
  (random) => `The meeting is on 2026-0${random.between(1, 9)}-1${random.between(0, 9)} at 14:30, room ${random.between(100, 999)}.`,
  (random) => `timestamp ${random.between(1.6e12, 1.8e12)}, offset ${random.characters(DIGITS, 8)}`,
  (random) => `Parcel ${random.pick(['1Z', 'RR', 'JD'])}${random.characters(UPPER + DIGITS, 16)} is late.`,
  (random) => `ISBN 978-3-${random.characters(DIGITS, 2)}-${random.characters(DIGITS, 6)}-${random.between(0, 9)}`,
  (random) => `{"id": ${random.characters('123456789', 10)}, "count": ${random.between(1, 1e6)}, "etag": "${random.characters(HEX, 32)}"}`,
  (random) => `sha256:${random.characters(HEX, 64)}  image-${random.between(1, 99)}.tar.gz`,
  (random) => `Bitte fasse Kapitel ${random.between(1, 20)} auf Seite ${random.between(10, 400)} in ${random.between(50, 300)} Wörtern zusammen.`,
  () => 'How do I rotate an API key without downtime, and where should the new token be stored?',
  () => 'const token = await getToken(process.env.CLIENT_ID, { scope: "read" });\nif (!token) throw new TypeError("no token");',
  () => 'def check(password: str) -> bool:\n    return bcrypt.checkpw(password.encode(), user.password_hash)',
  () => 'export API_KEY=<your-api-key>\nexport DB_PASSWORD=${DB_PASSWORD}\nserver --password=$PASSWORD',
  () => 'Use the primary key user_id_2 and the foreign key order_items_1 in table t_2024.',
  () => 'Our password policy: 12 characters, one digit, one sign. Passwords expire after 90 days.',
  (random) => `The server listens on 127.0.0.1:${random.between(1024, 65535)} and 192.168.1.${random.between(2, 254)}, mask 255.255.255.0.`,
  (random) => `Set max_tokens to ${random.between(256, 8192)} and temperature to 0.${random.between(1, 9)}.`,
  (random) => `https://shop.example.net/p/${random.characters(BASE36, 12)}?ref=${random.characters(DIGITS, 6)}`,
  (random) => `SELECT * FROM events WHERE session_id = '${random.characters(HEX, 32)}' LIMIT ${random.between(10, 500)};`,
];

export function generatedPeople(random: Random, count: number): PersonRow[] {
  const kinds = Object.keys(IDENTIFIERS);
  return Array.from({ length: count }, () => {
    const kind = random.pick(kinds);
    const value = IDENTIFIERS[kind]!(random);
    return { text: random.pick(SENTENCES[kind]!).replace('{name}', () => name(random)).replace('{}', () => value), kind, value };
  });
}

export const generatedHarmless = (random: Random, count: number): PersonRow[] => Array.from({ length: count }, () => ({ text: random.pick(HARMLESS)(random) }));
