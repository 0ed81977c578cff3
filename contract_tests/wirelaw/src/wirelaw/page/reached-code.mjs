/** Finds the top-level statements that run: those of main.tsx, the declarations that they name, and so on. */
import ts from "./typescript.mjs";

/** The top-level statement that contains a declaration. */
function statementOf(node) {
  let at = node;
  while (at.parent !== undefined && !ts.isSourceFile(at.parent)) at = at.parent;
  return at;
}

/**
 * @param start the entry file; all of it runs
 * @param checker the program's type checker
 * @param inside whether a file belongs to the page
 * @returns a set of statements
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

  /** The statements that run when a module is loaded, and those of the modules that it imports. */
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

  /** `import("./EquityChart.tsx")`: the caller may use every export of a module that it loads at run time. */
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
  // iterating a set includes what is added meanwhile
  for (const statement of reached) visit(statement);
  return reached;
}
