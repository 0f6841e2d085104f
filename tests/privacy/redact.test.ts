import { redactSecrets, redactText } from '../../privacy';

const KEY = `gh${'p_'}aB3dE5gH7jK9mN1pQ3rS5tU7vW9xY1zA3bC5`;

it('puts what it was into the place of each finding', () => {
  expect(redactText(`Mail ada@corp.de, key ${KEY}, call +49 151 2345678.`)).toBe('Mail [email-address], key [github-token], call [phone-number].');
  expect(redactText('Nothing to see.')).toBe('Nothing to see.');
});

it('masks for logs what is known, what is found and what looks like a key, and nothing else', () => {
  expect(redactSecrets('the word hunter22 here', ['hunter22'])).toBe('the word [hidden] here');
  expect(redactSecrets('key sk-ant-abcdefgh12345 and Authorization: Bearer abc.def-123456')).toBe('key [hidden] and Authorization: [hidden]');
  expect(redactSecrets('redis://user:pass@host:1')).toBe('redis://user:[hidden]@host:1');
  expect(redactSecrets(`refused ${KEY} from ada@corp.de`)).toBe('refused [github-token] from ada@corp.de');
  expect(redactSecrets('an ordinary text', ['an', ''])).toBe('an ordinary text');
});
