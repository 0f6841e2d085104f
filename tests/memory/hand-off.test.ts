import { handOffPackageSchema, handOffQuestions, isAnswered, packageText } from '../../memory';

const handOff = handOffPackageSchema.parse({ task: 'Build the opening hours page', state: 'HTML is done, CSS is missing', decisions: ['Port 8081 is used', 'Dates are written as ISO 8601'], files: ['src/hours.html'] });

it('asks one question for each part that says something', () => {
  expect(handOffQuestions(handOff).map(({ id }) => id)).toEqual(['task', 'state', 'decisions', 'files']);
});

it('every question can be answered from the text of the package', () => {
  const text = packageText('backend', 'frontend', handOff);
  for (const question of handOffQuestions(handOff)) expect(isAnswered(question, text)).toEqual({ answered: true, missing: [] });
});

it.each([
  ['other words around it', 'We use port 8081, and all dates should be written as ISO 8601.', []],
  ['another number', 'Port 8080 is used; dates are written as ISO 8601', ['Port 8081 is used']],
  ['one of two', 'Port 8081 is used', ['Dates are written as ISO 8601']],
  ['nothing', '', ['Port 8081 is used', 'Dates are written as ISO 8601']],
])('compares the answer with the package: %s', (_, answer, missing) => {
  const decisions = handOffQuestions(handOff).find(({ id }) => id === 'decisions')!;
  expect(isAnswered(decisions, answer).missing).toEqual(missing);
});
