import { readFileSync } from 'node:fs';
import Ajv, { type ValidateFunction } from 'ajv';

type Json = Record<string, unknown>;

/** @returns what is wrong with a request, in words; undefined when Qdrant's OpenAPI file allows it */
export type JudgeRequest = (method: string, path: string, query: URLSearchParams, body: unknown) => string | undefined;

interface Operation {
  pattern: RegExp;
  method: string;
  queryNames: string[];
  validate?: ValidateFunction;
}

const judges = new Map<string, JudgeRequest>();

/** Stricter than the file: a field it does not name is a mistake of ours, though Qdrant passes over most of them. */
export function readOpenApi(file: string): JudgeRequest {
  const known = judges.get(file) ?? judgeBy(JSON.parse(readFileSync(file, 'utf8')) as Json);
  judges.set(file, known);
  return known;
}

function judgeBy(api: Json): JudgeRequest {
  const ajv = new Ajv({ strict: false, validateFormats: false, allErrors: false });
  ajv.addSchema({ $id: 'qdrant', components: strict(api.components) } as object);
  const operations = Object.entries(api.paths as Record<string, Record<string, Json>>).flatMap(([path, methods]) => Object.entries(methods).map(([method, operation]) => operationOf(ajv, path, method, operation)));
  return (method, path, query, body) => {
    const operation = operations.find((candidate) => candidate.method === method && candidate.pattern.test(path));
    if (!operation) return `${method} ${path} is no request of Qdrant's`;
    const unknown = [...query.keys()].find((name) => !operation.queryNames.includes(name));
    if (unknown !== undefined) return `${method} ${path} knows no ?${unknown}`;
    if (!operation.validate) return undefined;
    return operation.validate(body) ? undefined : `${method} ${path}: ${ajv.errorsText(operation.validate.errors)}`;
  };
}

function operationOf(ajv: Ajv, path: string, method: string, operation: Json): Operation {
  const schema = ((operation.requestBody as Json | undefined)?.content as Record<string, { schema: Json }> | undefined)?.['application/json']?.schema;
  const queryNames = ((operation.parameters ?? []) as Array<{ in: string; name: string }>).filter(({ in: place }) => place === 'query').map(({ name }) => name);
  const validate = schema && lazily(() => ajv.compile(strict(schema) as object));
  return { pattern: new RegExp(`^${path.replace(/\{[^}]+\}/g, '[^/]+')}$`), method: method.toUpperCase(), queryNames, ...(validate && { validate }) };
}

/** Compiled at the first request: most operations are never used. */
function lazily(compile: () => ValidateFunction): ValidateFunction {
  let compiled: ValidateFunction | undefined;
  const validate = ((body: unknown) => {
    compiled ??= compile();
    const isValid = compiled(body);
    validate.errors = compiled.errors;
    return isValid;
  }) as ValidateFunction;
  return validate;
}

/** OpenAPI 3.0 as JSON Schema: `{ nullable: true }` alone means null, references point into the one document. */
function strict(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(strict);
  if (typeof value !== 'object' || value === null) return value;
  const schema = Object.fromEntries(Object.entries(value as Json).filter(([key]) => key !== 'discriminator' && key !== 'example').map(([key, part]) => [key, key === '$ref' ? `qdrant${String(part)}` : strict(part)]));
  if (schema.nullable === true && Object.keys(schema).every((key) => key === 'nullable')) return { type: 'null' };
  const isClosed = schema.type === 'object' && typeof schema.properties === 'object' && schema.additionalProperties === undefined && schema.allOf === undefined;
  return isClosed ? { ...schema, additionalProperties: false } : schema;
}
