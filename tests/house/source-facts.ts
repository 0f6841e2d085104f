import ts from 'typescript';

export interface ImportFact {
  specifier: string;
  line: number;
  /** Leaves nothing behind in the compiled file. */
  typeOnly: boolean;
  /** The names it imports, as far as they are listed in braces. */
  names?: string[];
}

/** What the house rules want to know about one source file. */
export interface SourceFacts {
  file: string;
  imports: ImportFact[];
  /** Uses of globals that reach outside: `fetch`, `Date.now`, timers. */
  globals: Array<{ name: string; line: number }>;
  plainErrorLines: number[];
}

const OUTSIDE_GLOBALS = new Set(['fetch', 'setTimeout', 'setInterval', 'setImmediate', 'WebSocket', 'EventSource']);

export function sourceFacts(file: string, text: string): SourceFacts {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.ES2023, true);
  const facts: SourceFacts = { file, imports: [], globals: [], plainErrorLines: [] };
  const lineOf = (node: ts.Node) => source.getLineAndCharacterOfPosition(node.getStart()).line + 1;
  const visit = (node: ts.Node): void => {
    const imported = importFact(node);
    if (imported) facts.imports.push({ ...imported, line: lineOf(node) });
    const name = outsideGlobal(node);
    if (name) facts.globals.push({ name, line: lineOf(node) });
    if (ts.isThrowStatement(node) && ts.isNewExpression(node.expression) && node.expression.expression.getText() === 'Error') facts.plainErrorLines.push(lineOf(node));
    ts.forEachChild(node, visit);
  };
  visit(source);
  return facts;
}

function importFact(node: ts.Node): Omit<ImportFact, 'line'> | undefined {
  if (ts.isImportDeclaration(node)) return { specifier: textOf(node.moduleSpecifier), typeOnly: isTypeOnly(node.importClause), names: importedNames(node.importClause) };
  if (ts.isExportDeclaration(node) && node.moduleSpecifier) return { specifier: textOf(node.moduleSpecifier), typeOnly: node.isTypeOnly || namesOnlyTypes(node.exportClause) };
  if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) return { specifier: textOf(node.argument.literal), typeOnly: true };
  if (!ts.isCallExpression(node) || !node.arguments[0]) return undefined;
  const isRequire = ts.isIdentifier(node.expression) && node.expression.text === 'require';
  return isRequire || node.expression.kind === ts.SyntaxKind.ImportKeyword ? { specifier: textOf(node.arguments[0]), typeOnly: false } : undefined;
}

const textOf = (node: ts.Node): string => (ts.isStringLiteralLike(node) ? node.text : node.getText());

/** `import 'x'` has no clause and is all effect; `import { type A, type B }` has only types. */
function isTypeOnly(clause: ts.ImportClause | undefined): boolean {
  if (!clause) return false;
  return clause.isTypeOnly || (!clause.name && namesOnlyTypes(clause.namedBindings));
}

function namesOnlyTypes(names: ts.NamedImportBindings | ts.NamedExportBindings | undefined): boolean {
  if (!names || !(ts.isNamedImports(names) || ts.isNamedExports(names)) || names.elements.length === 0) return false;
  return (names.elements as readonly { isTypeOnly: boolean }[]).every((element) => element.isTypeOnly);
}

function importedNames(clause: ts.ImportClause | undefined): string[] | undefined {
  if (!clause || clause.name || !clause.namedBindings || !ts.isNamedImports(clause.namedBindings)) return undefined;
  return clause.namedBindings.elements.map(({ propertyName, name }) => (propertyName ?? name).text);
}

function outsideGlobal(node: ts.Node): string | undefined {
  if (ts.isPropertyAccessExpression(node) && ['Date.now', 'performance.now'].includes(node.getText())) return node.getText();
  if (ts.isPropertyAccessExpression(node) && node.expression.getText() === 'globalThis' && OUTSIDE_GLOBALS.has(node.name.text)) return node.getText();
  if (ts.isNewExpression(node) && node.expression.getText() === 'Date' && !node.arguments?.length) return 'new Date()';
  return ts.isIdentifier(node) && OUTSIDE_GLOBALS.has(node.text) && isReference(node) ? node.text : undefined;
}

/** A use of the name as a value; not a property, parameter, declaration or type that happens to have it. */
function isReference(node: ts.Identifier): boolean {
  const { parent } = node;
  if (ts.isPropertyAccessExpression(parent)) return parent.expression === node;
  if (ts.isPropertyAssignment(parent)) return parent.initializer === node;
  const declares = ts.isParameter(parent) || ts.isVariableDeclaration(parent) || ts.isBindingElement(parent);
  if (declares) return parent.initializer === node;
  return ts.isExpression(parent) || ts.isStatement(parent) || ts.isTemplateSpan(parent) || ts.isShorthandPropertyAssignment(parent);
}
