import { plainWording } from '../../router/answer-cache/plain-wording';

describe('questions that are nearly equal', () => {
  it.each([
    ['What is tea?', 'what is tea'],
    ['What is tea?', '  What  is tea ?'],
    ['What is tea?', 'Hello! What is tea?'],
    ['Explain the water cycle.', 'Please explain the water cycle'],
    ['Explain the water cycle.', 'Hi, please, explain the water cycle.'],
    ['Erkläre den Wasserkreislauf', 'Bitte erkläre den Wasserkreislauf.'],
    ['How old is Ada?', 'Good morning, how old is Ada'],
    ['What is a caf\u00e9?', 'What is a cafe\u0301?'],
  ])('%s = %s', (one, other) => expect(plainWording(one)).toBe(plainWording(other)));
});

describe('questions that only look nearly equal', () => {
  it.each([
    // negation, and the small words that turn a meaning
    ['How do I delete it?', 'How do I not delete it?'],
    ['Should I do it?', "Shouldn't I do it?"],
    ['List all users with a licence', 'List all users without a licence'],
    ['What happens before the commit?', 'What happens after the commit?'],
    ['List all files except logs', 'List all files and logs'],
    ['Does he ever call?', 'Does he never call?'],
    ['Is he the president?', 'Is he a president?'],
    ['Can I?', 'Can I not?'],
    ['What is allowed?', 'What is disallowed?'],
    ['Explain why it is safe only on Monday', 'Explain why it is safe on Monday'],
    // numbers, comparators, units, signs
    ['What is 5 + 3?', 'What is 5 - 3?'],
    ['List orders > 100', 'List orders < 100'],
    ['Name 5 trees', 'Name 50 trees'],
    ['What is 1.5 mm?', 'What is 15 mm?'],
    ['What is 5 mb?', 'What is 5 MB?'],
    ['How much is 10 $?', 'How much is 10 €?'],
    ['What is -5?', 'What is 5?'],
    ['What is 1,000 + 1?', 'What is 1.000 + 1?'],
    ['What is ²?', 'What is 2?'],
    // names, their order and their capitals
    ['Who owes money, Ada to Bob?', 'Who owes money, Bob to Ada?'],
    ['What is the capital of Polish?', 'What is the capital of polish?'],
    ['Will Smith is who', 'will Smith is who'],
    ['Apple shares', 'apple shares'],
    // quotes, paths, code, lines, material after a colon
    ['Translate "Hello  there"', 'Translate "Hello there"'],
    ['What does `a  b` do?', 'What does `a b` do?'],
    ["What does 'a  b' mean?", "What does 'a b' mean?"],
    ['What is in /etc/hosts?', 'What is in /etc/host?'],
    ['What is in /tmp/my  notes?', 'What is in /tmp/my notes?'],
    ['Which files match logs/day?', 'Which files match logs/day'],
    ['What is C:\\a?', 'What is C:\\b?'],
    ['Explain\n  a', 'Explain\n a'],
    ['Translate: You are here.', 'Translate: You are here'],
    ['Rate the politeness: please come', 'Rate the politeness: come'],
    // courtesies that are the matter itself
    ['Hello in French?', 'Hi in French?'],
    ['Please in French?', 'Bitte in French?'],
    ['How do you say please?', 'How do you say thanks?'],
    ['Translate yes, please', 'Translate yes, thanks'],
    ['Please.', 'Hello.'],
    // the mark is the meaning
    ['Translate you are here?', 'Translate you are here.'],
    ['You are here?', 'You are here.'],
    ['Write hello!', 'Write hello'],
    // another language, another letter
    ['What is tea?', 'Was ist Tee?'],
    ['What is chat?', 'What is сhat?'],
  ])('%s ≠ %s', (one, other) => expect(plainWording(one)).not.toBe(plainWording(other)));
});
