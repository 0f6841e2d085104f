import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { InvalidInputError } from '../../kernel';
import { DEFAULT_POLICY } from '../../runs';
import { readPolicyFile } from '../../team/drivers/policy-file';
import { temporaryFolder } from '../support/temporary-folder';

function withFile(text: string): string {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'approvals.yaml'), text);
  return folder;
}

it('without a file the default holds', () => expect(readPolicyFile(temporaryFolder())).toEqual(DEFAULT_POLICY));

it('takes what the file says, and the default for the rest', () => {
  expect(readPolicyFile(withFile('planAboveUsd: 0.5\nautoApprove: [fileChange]\n'))).toEqual({ ...DEFAULT_POLICY, planAboveUsd: 0.5, autoApprove: ['fileChange'] });
  expect(readPolicyFile(withFile('# nothing yet\n'))).toEqual(DEFAULT_POLICY);
});

it.each([['planAboveUSD: 1'], ['planAboveUsd: cheap'], ['autoApprove: [selfChange]'], ['autoApprove: [hire]'], ['just text'], ['a: [']])('is refused rather than overlooked: %s', (text) => {
  expect(() => readPolicyFile(withFile(text))).toThrow(InvalidInputError);
});
