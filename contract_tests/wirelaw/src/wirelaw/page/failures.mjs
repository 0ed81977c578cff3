/**
 * Where the page reads the body of a failed answer: `{ kind: "failure", place, reads, escapes, sinks }`. `escapes` where
 * the body is passed on whole, so that something else may read it.
 */
export function readFailures(scope, functions, callers, sinks, project) {
  const reader = new Failures(scope, functions, callers, sinks, project);
  return project.sources.flatMap((file) => reader.inFile(file));
}

class Failures {
  constructor(scope, functions, callers, sinks, { placeOf }) {
    Object.assign(this, { scope, functions, callers, placeOf, ts: scope.ts });
    this.sinks = new Map();
    for (const node of sinks) {
      const owner = this.ownerOf(node);
      this.sinks.set(owner, [...(this.sinks.get(owner) ?? []), node]);
    }
  }

  ownerOf(node) {
    return this.ts.findAncestor(node.parent, (one) => this.ts.isFunctionLike(one));
  }

  inFile(file) {
    const { ts } = this;
    const found = [];
    const visit = (node) => {
      ts.forEachChild(node, visit);
      if (!ts.isCallExpression(node) || !ts.isPropertyAccessExpression(node.expression)) return;
      if (node.expression.name.text !== "json" || node.arguments.length > 0) return;
      const owner = this.ownerOf(node);
      if (owner === undefined || !this.isOfFailure(node, owner)) return;
      const fact = this.reading(node, owner);
      if (fact !== null) found.push(fact);
    };
    visit(file);
    return found;
  }

  /** Whether a body is read because the answer was refused. */
  isOfFailure(node, owner) {
    const { ts } = this;
    const refused = ts.findAncestor(node, (one) => {
      if (one === owner) return "quit";
      if (!ts.isIfStatement(one)) return false;
      const inThen = one.thenStatement.pos <= node.pos && node.end <= one.thenStatement.end;
      return inThen && /!\s*\w+(\.\w+)*\.ok\b|\.ok\s*===\s*false/.test(one.expression.getText());
    });
    if (refused) return true;
    const isHelper = /err|fail|problem/i.test(this.callers.nameOf(owner) ?? "");
    return isHelper && owner.parameters.some((one) => /response|\bres\b/i.test(one.getText()));
  }

  reading(json, owner) {
    const use = this.variableOf(json);
    if (use === null) return null;
    const { reads, escapes, place } = use;
    const sinks =
      this.sinks.get(owner) ??
      this.callers.of(owner).flatMap((call) => this.sinks.get(this.ownerOf(call)) ?? []);
    if (reads.length === 0 || sinks.length === 0) return null;
    return {
      kind: "failure",
      place,
      reads: [...new Set(reads)],
      escapes,
      sinks: sinks.map((node) => this.placeOf(node)),
    };
  }

  /** What is read of the value of `response.json()`. */
  variableOf(json) {
    const { ts } = this;
    let node = json.parent;
    while (!ts.isVariableDeclaration(node)) {
      const isPassed =
        ts.isAwaitExpression(node) ||
        ts.isParenthesizedExpression(node) ||
        ts.isAsExpression(node) ||
        ts.isCallExpression(node) ||
        ts.isConditionalExpression(node) ||
        ts.isPropertyAccessExpression(node);
      if (!isPassed) return null;
      if (ts.isPropertyAccessExpression(node) && node.name.text !== "catch") {
        return node.name.text === "then"
          ? null
          : { reads: [node.name.text], escapes: false, place: this.placeOf(node) };
      }
      node = node.parent;
    }
    if (ts.isObjectBindingPattern(node.name)) {
      const names = node.name.elements.map((one) => (one.propertyName ?? one.name).getText());
      return { reads: names, escapes: false, place: this.placeOf(node) };
    }
    return this.uses(node);
  }

  uses(declaration) {
    const { ts } = this;
    const symbol = this.scope.symbolOf(declaration.name);
    const reads = [];
    let escapes = false;
    let place = null;
    const visit = (node) => {
      ts.forEachChild(node, visit);
      if (
        !ts.isIdentifier(node) ||
        node === declaration.name ||
        node.text !== declaration.name.text
      )
        return;
      if (this.scope.symbolOf(node) !== symbol) return;
      const { parent } = node;
      if (ts.isPropertyAccessExpression(parent) && parent.expression === node) {
        reads.push(parent.name.text);
        place ??= this.placeOf(parent);
      } else if (
        ts.isElementAccessExpression(parent) &&
        ts.isStringLiteralLike(parent.argumentExpression)
      ) {
        reads.push(parent.argumentExpression.text);
      } else if (!this.isTest(node)) {
        escapes = true;
      }
    };
    visit(this.ownerOf(declaration));
    return { reads, escapes, place: place ?? this.placeOf(declaration) };
  }

  /** `typeof body`, `"detail" in body`, `body && …`, `if (body)`: nothing is passed on. */
  isTest(node) {
    const { ts } = this;
    const { parent } = node;
    if (
      ts.isTypeOfExpression(parent) ||
      ts.isIfStatement(parent) ||
      ts.isPrefixUnaryExpression(parent)
    )
      return true;
    return (
      ts.isBinaryExpression(parent) &&
      parent.left === node &&
      parent.operatorToken.kind !== ts.SyntaxKind.EqualsToken
    );
  }
}
