/** Which function a value of the page is, and who calls a function: by TypeScript's symbols, through hooks and options. */

/** Calls that return the function they are given. */
const WRAPPERS = new Set([
  "useCallback", "useEvent", "useEffectEvent", "useMemoizedFn", "useStableCallback", "debounce", "throttle",
  "action", "bind", "memo", "once",
]);
const DEPTH = 8;

/** Opens the functions of a project; nothing is computed before it is used. */
export function openFunctions({ ts, checker, sources }) {
  const byFile = new Map();
  const calls = new Map();
  const refs = new Map();
  let isIndexed = false;

  function index() {
    if (isIndexed) return;
    isIndexed = true;
    for (const source of sources) {
      const visit = (node) => {
        if (ts.isCallExpression(node)) push(calls, lastName(node.expression), node);
        if (isAssignment(node) && ts.isPropertyAccessExpression(node.left)) {
          push(refs, node.left.name.text, node);
        }
        ts.forEachChild(node, visit);
      };
      visit(source);
    }
  }

  function push(map, key, value) {
    if (!map.has(key)) map.set(key, []);
    map.get(key).push(value);
  }

  const isAssignment = (node) =>
    ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.EqualsToken;

  function lastName(node) {
    const inner = unwrap(node);
    if (ts.isPropertyAccessExpression(inner)) return inner.name.text;
    return ts.isIdentifier(inner) ? inner.text : "";
  }

  function unwrap(node) {
    let inner = node;
    while (
      ts.isParenthesizedExpression(inner) || ts.isAsExpression(inner) || ts.isNonNullExpression(inner) ||
      ts.isSatisfiesExpression?.(inner) || ts.isTypeAssertionExpression(inner) || ts.isAwaitExpression(inner)
    ) {
      inner = inner.expression;
    }
    return inner;
  }

  function symbolOf(node) {
    let symbol =
      node.parent && ts.isShorthandPropertyAssignment(node.parent)
        ? checker.getShorthandAssignmentValueSymbol(node.parent)
        : checker.getSymbolAtLocation(node);
    if (symbol && symbol.flags & ts.SymbolFlags.Alias) symbol = checker.getAliasedSymbol(symbol);
    return symbol;
  }

  /** The other identifiers that name a variable, a parameter, or a property of this file. */
  function references(symbol) {
    const declaration = symbol?.valueDeclaration ?? symbol?.declarations?.[0];
    if (!declaration) return [];
    const source = declaration.getSourceFile();
    if (!byFile.has(source)) {
      const names = new Map();
      const visit = (node) => {
        if (ts.isIdentifier(node)) push(names, node.text, node);
        ts.forEachChild(node, visit);
      };
      visit(source);
      byFile.set(source, names);
    }
    const same = byFile.get(source).get(symbol.name) ?? [];
    return same.filter((node) => node !== declaration.name && symbolOf(node) === symbol);
  }

  const isFunction = (node) =>
    ts.isArrowFunction(node) || ts.isFunctionExpression(node) || ts.isFunctionDeclaration(node) ||
    ts.isMethodDeclaration(node);

  /** The function that contains a node. */
  function enclosing(node) {
    let above = node.parent;
    while (above && !isFunction(above)) above = above.parent;
    return above;
  }

  /** The functions that an expression may be, each with the position of its first argument among the parameters. */
  function functionsOf(expression, depth = DEPTH) {
    if (!expression || depth === 0) return [];
    const node = unwrap(expression);
    if (ts.isArrowFunction(node) || ts.isFunctionExpression(node)) return [{ fn: node, offset: 0 }];
    if (ts.isCallExpression(node)) {
      const isKept = WRAPPERS.has(lastName(node.expression));
      return isKept ? functionsOf(node.arguments[0], depth - 1) : [];
    }
    if (ts.isConditionalExpression(node)) {
      return [node.whenTrue, node.whenFalse].flatMap((one) => functionsOf(one, depth - 1));
    }
    if (ts.isBinaryExpression(node)) {
      return [node.left, node.right].flatMap((one) => functionsOf(one, depth - 1));
    }
    if (ts.isPropertyAccessExpression(node)) return ofProperty(node, depth - 1);
    return ts.isIdentifier(node) ? ofIdentifier(node, depth - 1) : [];
  }

  function ofIdentifier(node, depth) {
    const declaration = symbolOf(node)?.declarations?.find((one) => !ts.isTypeNode(one));
    return declaration ? ofDeclaration(declaration, depth) : [];
  }

  function ofDeclaration(declaration, depth) {
    if (ts.isFunctionDeclaration(declaration) || ts.isMethodDeclaration(declaration)) {
      return declaration.body ? [{ fn: declaration, offset: 0 }] : [];
    }
    if (ts.isPropertyAssignment(declaration) || ts.isPropertyDeclaration(declaration)) {
      return functionsOf(declaration.initializer, depth);
    }
    if (ts.isVariableDeclaration(declaration)) return functionsOf(declaration.initializer, depth);
    if (ts.isParameter(declaration)) {
      const functions = argumentsOf(declaration).flatMap((one) => functionsOf(one, depth));
      return functions.length || !declaration.initializer
        ? functions
        : functionsOf(declaration.initializer, depth);
    }
    return ts.isBindingElement(declaration) ? ofBinding(declaration, depth) : [];
  }

  function ofBinding(element, depth) {
    const pattern = element.parent;
    const owner = pattern.parent;
    if (ts.isArrayBindingPattern(pattern)) {
      const call = owner.initializer && unwrap(owner.initializer);
      const isDispatch = call && ts.isCallExpression(call) && lastName(call.expression) === "useReducer";
      if (!isDispatch || pattern.elements[1] !== element) return [];
      return functionsOf(call.arguments[0], depth).map(({ fn }) => ({ fn, offset: 1 }));
    }
    const name = (element.propertyName ?? element.name).getText();
    const objects = ts.isParameter(owner) ? argumentsOf(owner) : [owner.initializer];
    return objects.flatMap((one) => membersOf(one, name, depth)).flatMap((one) => functionsOf(one, depth));
  }

  function ofProperty(node, depth) {
    const name = node.name.text;
    if (name === "current" && ts.isIdentifier(unwrap(node.expression))) {
      return heldBy(unwrap(node.expression)).flatMap((one) => functionsOf(one, depth));
    }
    const members = membersOf(node.expression, name, depth).flatMap((one) => functionsOf(one, depth));
    if (members.length) return members;
    const declarations = symbolOf(node.name)?.declarations ?? [];
    return declarations.flatMap((one) => ofDeclaration(one, depth));
  }

  /** What is assigned to the `current` of a ref. */
  function heldBy(ref) {
    index();
    const symbol = symbolOf(ref);
    const assigned = (refs.get("current") ?? [])
      .filter(({ left }) => ts.isIdentifier(left.expression) && symbolOf(left.expression) === symbol)
      .map(({ right }) => right);
    const { initializer } = symbol?.valueDeclaration ?? {};
    if (initializer && ts.isCallExpression(initializer)) assigned.push(...initializer.arguments);
    return assigned;
  }

  /** The values of a property of an expression: of each object literal that it may be. */
  function membersOf(expression, name, depth = DEPTH) {
    return literalsOf(expression, depth).flatMap((object) =>
      object.properties.flatMap((one) => {
        if (!one.name || one.name.getText().replace(/["']/g, "") !== name) return [];
        if (ts.isPropertyAssignment(one)) return [one.initializer];
        if (ts.isShorthandPropertyAssignment(one)) return [one.name];
        return ts.isMethodDeclaration(one) ? [one] : [];
      }),
    ).map((one) => (ts.isMethodDeclaration(one) ? one.name : one));
  }

  /** The object literals that an expression may be. */
  function literalsOf(expression, depth = DEPTH) {
    if (!expression || depth === 0) return [];
    const node = unwrap(expression);
    if (ts.isObjectLiteralExpression(node)) return [node];
    if (ts.isCallExpression(node) && lastName(node.expression) === "useMemo") {
      const { body } = functionsOf(node.arguments[0])[0]?.fn ?? {};
      return body ? literalsOf(body, depth - 1) : [];
    }
    if (ts.isPropertyAccessExpression(node) && node.name.text === "current") {
      return heldBy(unwrap(node.expression)).flatMap((one) => literalsOf(one, depth - 1));
    }
    if (ts.isBinaryExpression(node)) {
      return [node.left, node.right].flatMap((one) => literalsOf(one, depth - 1));
    }
    if (!ts.isIdentifier(node)) return [];
    const declaration = symbolOf(node)?.valueDeclaration;
    if (!declaration) return [];
    if (ts.isParameter(declaration)) {
      return argumentsOf(declaration).flatMap((one) => literalsOf(one, depth - 1));
    }
    return ts.isVariableDeclaration(declaration) ? literalsOf(declaration.initializer, depth - 1) : [];
  }

  /** What is passed for a parameter, in all calls of its function. */
  function argumentsOf(parameter) {
    const fn = parameter.parent;
    const position = fn.parameters.indexOf(parameter);
    return callsOf(fn).flatMap((call) => call.arguments[position] ?? []);
  }

  /** The calls of a function. */
  function callsOf(fn) {
    index();
    const name = nameOf(fn);
    if (!name) return [];
    return (calls.get(name.text) ?? []).filter((call) => isCallOf(call, fn, name));
  }

  /** The name that a function is called by. */
  function nameOf(fn) {
    if (fn.name && ts.isIdentifier(fn.name)) return fn.name;
    let above = fn.parent;
    while (above && (ts.isCallExpression(above) || ts.isParenthesizedExpression(above) || ts.isAsExpression(above))) {
      if (ts.isCallExpression(above) && !WRAPPERS.has(lastName(above.expression))) return null;
      above = above.parent;
    }
    const isNamed = above && (ts.isVariableDeclaration(above) || ts.isPropertyAssignment(above) || ts.isPropertyDeclaration(above));
    return isNamed && ts.isIdentifier(above.name) ? above.name : null;
  }

  function isCallOf(call, fn, name) {
    const callee = unwrap(call.expression);
    const called = symbolOf(ts.isPropertyAccessExpression(callee) ? callee.name : callee);
    if (called && called === symbolOf(name)) return true;
    const signature = checker.getResolvedSignature(call)?.declaration;
    if (signature === fn) return true;
    // through an object that a hook or a factory returns, whose type may say less
    const declaration = called?.valueDeclaration ?? called?.declarations?.[0];
    if (!declaration) return ts.isPropertyAccessExpression(callee) && !isPlain(fn);
    return (
      (ts.isBindingElement(declaration) && !ts.isParameter(declaration.parent.parent)) ||
      ((ts.isPropertySignature(declaration) || ts.isMethodSignature(declaration)) && !isPlain(fn))
    );
  }

  /** Whether a function is called by its own name only: it is declared at the top of a module. */
  const isPlain = (fn) => ts.isFunctionDeclaration(fn) && ts.isSourceFile(fn.parent);

  /** The call of what an expression stands for, directly or through one variable. */
  function calledBy(node) {
    let outer = node;
    while (outer.parent && (unwrap(outer.parent) !== outer.parent || isChoice(outer.parent))) outer = outer.parent;
    const { parent } = outer;
    if (ts.isCallExpression(parent) && parent.expression === outer) return parent;
    if (!ts.isVariableDeclaration(parent) || !ts.isIdentifier(parent.name)) return null;
    const uses = references(symbolOf(parent.name)).map((one) => one.parent);
    return uses.find((one) => ts.isCallExpression(one) && unwrap(one.expression).text === parent.name.text) ?? null;
  }

  const isChoice = (node) =>
    ts.isBinaryExpression(node) &&
    [ts.SyntaxKind.QuestionQuestionToken, ts.SyntaxKind.BarBarToken].includes(node.operatorToken.kind);

  return {
    calledBy, unwrap, symbolOf, references, functionsOf, callsOf, membersOf, literalsOf, heldBy, lastName, enclosing, isFunction,
  };
}
