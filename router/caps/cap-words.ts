import type { Cap } from './cap-rules';

/** `The 50 requests per minute and 40000 tokens per minute of anthropic` */
export function capInWords({ name, concurrency, requestsPerMinute, tokensPerMinute }: Cap): string {
  const parts = [
    ...(concurrency === undefined ? [] : [`${concurrency} ${concurrency === 1 ? 'call' : 'calls'} at once`]),
    ...(requestsPerMinute === undefined ? [] : [`${requestsPerMinute} requests per minute`]),
    ...(tokensPerMinute === undefined ? [] : [`${tokensPerMinute} tokens per minute`]),
  ];
  return `The ${parts.join(' and ')} that the models file allows ${name}`;
}
