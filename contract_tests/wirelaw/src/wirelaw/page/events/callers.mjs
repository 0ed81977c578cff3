/** Who calls a function of the page, by TypeScript's symbols; nothing is computed before it is used. */
import ts from "../typescript.mjs";

/** Calls that return the function that they are passed. */
export const WRAPPERS = new Set(
  "useCallback useEvent useEffectEvent useMemoizedFn useStableCallback debounce throttle action bind memo once".split(
    " ",
  ),
);

export class Calls {
  constructor({ checker, sources }) {
    this.checker = checker;
    this.sources = sources;
    this.byFile = new Map();
    this.calls = new Map();
    this.refs = new Map();
    this.isIndexed = false;
  }

  index() {
    if (this.isIndexed) return;
    this.isIndexed = true;
    for (const source of this.sources) {
      const visit = (node) => {
        if (ts.isCallExpression(node)) this.push(this.calls, this.lastName(node.expression), node);
        if (this.isAssignment(node) && ts.isPropertyAccessExpression(node.left)) {
          this.push(this.refs, node.left.name.text, node);
        }
        ts.forEachChild(node, visit);
      };
      visit(source);
    }
  }

  push(map, key, value) {
    if (!map.has(key)) map.set(key, []);
    map.get(key).push(value);
  }

  isAssignment(node) {
    return ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.EqualsToken;
  }

  lastName(node) {
    const inner = this.unwrap(node);
    if (ts.isPropertyAccessExpression(inner)) return inner.name.text;
    return ts.isIdentifier(inner) ? inner.text : "";
  }

  unwrap(node) {
    let inner = node;
    while (
      ts.isParenthesizedExpression(inner) ||
      ts.isAsExpression(inner) ||
      ts.isNonNullExpression(inner) ||
      ts.isSatisfiesExpression?.(inner) ||
      ts.isTypeAssertionExpression(inner) ||
      ts.isAwaitExpression(inner)
    ) {
      inner = inner.expression;
    }
    return inner;
  }

  symbolOf(node) {
    let symbol =
      node.parent && ts.isShorthandPropertyAssignment(node.parent)
        ? this.checker.getShorthandAssignmentValueSymbol(node.parent)
        : this.checker.getSymbolAtLocation(node);
    if (symbol && symbol.flags & ts.SymbolFlags.Alias)
      symbol = this.checker.getAliasedSymbol(symbol);
    return symbol;
  }

  /** The other identifiers that name a variable, a parameter, or a property of this file. */
  references(symbol) {
    const declaration = symbol?.valueDeclaration ?? symbol?.declarations?.[0];
    if (!declaration) return [];
    const source = declaration.getSourceFile();
    if (!this.byFile.has(source)) {
      const names = new Map();
      const visit = (node) => {
        if (ts.isIdentifier(node)) this.push(names, node.text, node);
        ts.forEachChild(node, visit);
      };
      visit(source);
      this.byFile.set(source, names);
    }
    const same = this.byFile.get(source).get(symbol.name) ?? [];
    return same.filter((node) => node !== declaration.name && this.symbolOf(node) === symbol);
  }

  isFunction(node) {
    return (
      ts.isArrowFunction(node) ||
      ts.isFunctionExpression(node) ||
      ts.isFunctionDeclaration(node) ||
      ts.isMethodDeclaration(node)
    );
  }

  /** The function that contains a node. */
  enclosing(node) {
    let above = node.parent;
    while (above && !this.isFunction(above)) above = above.parent;
    return above;
  }

  /** The calls of a function. */
  callsOf(fn) {
    this.index();
    const name = this.nameOf(fn);
    if (!name) return [];
    return (this.calls.get(name.text) ?? []).filter((call) => this.isCallOf(call, fn, name));
  }

  /** The name that a function is called by. */
  nameOf(fn) {
    if (fn.name && ts.isIdentifier(fn.name)) return fn.name;
    let above = fn.parent;
    while (
      above &&
      (ts.isCallExpression(above) ||
        ts.isParenthesizedExpression(above) ||
        ts.isAsExpression(above))
    ) {
      if (ts.isCallExpression(above) && !WRAPPERS.has(this.lastName(above.expression))) return null;
      above = above.parent;
    }
    const isNamed =
      above &&
      (ts.isVariableDeclaration(above) ||
        ts.isPropertyAssignment(above) ||
        ts.isPropertyDeclaration(above));
    return isNamed && ts.isIdentifier(above.name) ? above.name : null;
  }

  isCallOf(call, fn, name) {
    const callee = this.unwrap(call.expression);
    const called = this.symbolOf(ts.isPropertyAccessExpression(callee) ? callee.name : callee);
    if (called && called === this.symbolOf(name)) return true;
    const signature = this.checker.getResolvedSignature(call)?.declaration;
    if (signature === fn) return true;
    // through an object that a hook or a factory returns, whose type may say less
    const declaration = called?.valueDeclaration ?? called?.declarations?.[0];
    if (!declaration) return ts.isPropertyAccessExpression(callee) && !this.isPlain(fn);
    return (
      (ts.isBindingElement(declaration) && !ts.isParameter(declaration.parent.parent)) ||
      ((ts.isPropertySignature(declaration) || ts.isMethodSignature(declaration)) &&
        !this.isPlain(fn))
    );
  }

  /** Whether a function is called by its own name only: it is declared at the top of a module. */
  isPlain(fn) {
    return ts.isFunctionDeclaration(fn) && ts.isSourceFile(fn.parent);
  }

  /** The call of what an expression stands for, directly or through one variable. */
  calledBy(node) {
    let outer = node;
    while (
      outer.parent &&
      (this.unwrap(outer.parent) !== outer.parent || this.isChoice(outer.parent))
    )
      outer = outer.parent;
    const { parent } = outer;
    if (ts.isCallExpression(parent) && parent.expression === outer) return parent;
    if (!ts.isVariableDeclaration(parent) || !ts.isIdentifier(parent.name)) return null;
    const uses = this.references(this.symbolOf(parent.name)).map((one) => one.parent);
    return (
      uses.find(
        (one) => ts.isCallExpression(one) && this.unwrap(one.expression).text === parent.name.text,
      ) ?? null
    );
  }

  isChoice(node) {
    return (
      ts.isBinaryExpression(node) &&
      [ts.SyntaxKind.QuestionQuestionToken, ts.SyntaxKind.BarBarToken].includes(
        node.operatorToken.kind,
      )
    );
  }
}
