export { balancedEnd, jsonBlocks, type JsonBlock } from './json-blocks';
export { jsonValuesIn, readLenientJson, type LenientJson } from './lenient-json';
export { withoutThinking } from './thinking';
