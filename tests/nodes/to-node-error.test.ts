import type { INode } from 'n8n-workflow';
import { AiosError } from '../../kernel';
import { toNodeError } from '../../nodes/shared/to-node-error';

class NobodyAnswersError extends AiosError {
  readonly code = 'NOBODY_ANSWERS';
  readonly kind = 'user';
}

const node: INode = { id: 'a', name: 'CTO Plan', type: 'n8n-nodes-aios.ctoAgent', typeVersion: 1, position: [0, 0], parameters: {} };

it('keeps our message where n8n would put its own sentence for a network code', () => {
  const error = new NobodyAnswersError('No model answers: http://127.0.0.1:11434 (ECONNREFUSED).', { hint: 'Start Ollama.' });
  expect(toNodeError(node, error)).toMatchObject({ message: error.message, description: 'Start Ollama.' });
});

it('makes the addresses of a hint clickable, and leaves the marks around them alone', () => {
  const hint = 'Install Ollama (https://ollama.com/download), or see https://example.com/a.';
  expect(toNodeError(node, new NobodyAnswersError('No.', { hint })).description).toBe(
    'Install Ollama (<a href="https://ollama.com/download" target="_blank">https://ollama.com/download</a>), or see <a href="https://example.com/a" target="_blank">https://example.com/a</a>.',
  );
});
