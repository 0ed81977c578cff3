/** Which top-level statements of the page run: those of main.tsx, and what they name, and so on. */
import ts from "typescript";

/** The statement of its file that a declaration is part of. */
function statementOf(node) {
  let at = node;
  while (at.parent !== undefined && !ts.isSourceFile(at.parent)) at = at.parent;
  return at;
}

/**
 * @param start the file where the page begins; all of it runs
 * @param checker the program's type checker
 * @param inside whether a file is the page's own
 * @returns the statements, each once
 */
export function reachable(start, checker, inside) {
  const reached = new Set(start.statements);
  const modules = new Set();

  function name(symbol) {
    let real = symbol;
    if (real.flags & ts.SymbolFlags.Alias) real = checker.getAliasedSymbol(real);
    for (const declaration of real.declarations ?? []) {
      const file = declaration.getSourceFile();
      if (!inside(file) || ts.isSourceFile(declaration)) continue;
      reached.add(statementOf(declaration));
      runs(file);
    }
  }

  /** What a module does when it is loaded, beside declaring; and what it loads does. */
  function runs(file) {
    if (modules.has(file)) return;
    modules.add(file);
    for (const statement of file.statements) {
      if (ts.isExpressionStatement(statement)) reached.add(statement);
      if (!ts.isImportDeclaration(statement)) continue;
      const module = checker.getSymbolAtLocation(statement.moduleSpecifier)?.valueDeclaration;
      if (module !== undefined && inside(module.getSourceFile())) runs(module.getSourceFile());
    }
  }

  /** `import("./EquityChart.tsx")`: whoever loads a module at run time may use all that it exports. */
  function loads(call) {
    const module = checker.getSymbolAtLocation(call.arguments[0]);
    if (module !== undefined)
      for (const exported of checker.getExportsOfModule(module)) name(exported);
  }

  function visit(node) {
    if (ts.isTypeNode(node) || ts.isImportDeclaration(node)) return;
    if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
      loads(node);
    }
    if (ts.isIdentifier(node)) {
      const symbol = ts.isShorthandPropertyAssignment(node.parent)
        ? checker.getShorthandAssignmentValueSymbol(node.parent)
        : checker.getSymbolAtLocation(node);
      if (symbol !== undefined) name(symbol);
    }
    ts.forEachChild(node, visit);
  }

  runs(start);
  // a set hands out what is added while it is walked
  for (const statement of reached) visit(statement);
  return reached;
}
