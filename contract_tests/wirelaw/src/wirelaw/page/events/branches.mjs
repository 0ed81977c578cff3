/** The words in the page's branches and tables, and the branches around a node. */
import ts from "../typescript.mjs";

/** Branches around a value that are kept, the innermost first. */
const WITHIN_LIMIT = 6;

export class Branches {
  constructor({ checker, placeOf }, functions) {
    this.checker = checker;
    this.placeOf = placeOf;
    this.functions = functions;
  }

  /** The strings that an expression may be: a literal, a constant, a member of an enum, by its type. */
  textsOf(node) {
    let inner = this.functions.unwrap(node);
    if (
      ts.isCallExpression(inner) &&
      /^(valueOf|toString)$/.test(this.functions.lastName(inner.expression))
    ) {
      inner = this.functions.unwrap(inner.expression.expression);
    }
    if (ts.isStringLiteralLike(inner)) return [inner.text];
    const type = this.checker.getTypeAtLocation(inner);
    const parts = type.isUnion() ? type.types : [type];
    return parts.every((one) => one.isStringLiteral()) ? parts.map((one) => one.value) : [];
  }

  /** The strings of a constant array or set, with their places. */
  elementsOf(expression, depth = 5) {
    if (!expression || depth === 0) return [];
    const node = this.functions.unwrap(expression);
    if (ts.isArrayLiteralExpression(node)) {
      return node.elements.flatMap((one) =>
        ts.isSpreadElement(one)
          ? this.elementsOf(one.expression, depth - 1)
          : this.textsOf(one).map((text) => ({ text, node: one })),
      );
    }
    if (ts.isNewExpression(node)) return this.elementsOf(node.arguments?.[0], depth - 1);
    if (ts.isCallExpression(node)) {
      const name = this.functions.lastName(node.expression);
      if (name !== "keys" && name !== "entries") return [];
      return this.functions
        .literalsOf(node.arguments[0])
        .flatMap(({ properties }) =>
          properties.flatMap((one) =>
            one.name ? [{ text: one.name.getText().replace(/["']/g, ""), node: one }] : [],
          ),
        );
    }
    if (!ts.isIdentifier(node)) return [];
    const { initializer } = this.functions.symbolOf(node)?.valueDeclaration ?? {};
    return this.elementsOf(initializer, depth - 1);
  }

  /** A tag with the branches around a node: for each, the words that it compares something with. */
  narrowed(tag, node) {
    const added = this.guardsOf(node).filter(
      (words) => !tag.within.some((one) => one.join() === words.join()),
    );
    return added.length ? { ...tag, within: [...tag.within, ...added].slice(-WITHIN_LIMIT) } : tag;
  }

  guardsOf(node) {
    const found = [];
    let child = node;
    for (
      let above = node.parent;
      above && !this.isDeclared(above);
      child = above, above = above.parent
    ) {
      let words = null;
      if (ts.isCaseClause(above)) words = this.caseWords(above);
      else if (ts.isIfStatement(above) && above.thenStatement === child)
        words = this.equalWords(above.expression);
      else if (ts.isConditionalExpression(above) && above.whenTrue === child)
        words = this.equalWords(above.condition);
      else if (ts.isBinaryExpression(above) && above.right === child) {
        const isAnd = above.operatorToken.kind === ts.SyntaxKind.AmpersandAmpersandToken;
        words = isAnd ? this.equalWords(above.left) : null;
      }
      if (words?.length) found.unshift(words);
      for (const before of above.statements?.slice(0, above.statements.indexOf(child)) ?? []) {
        const rest = this.wordsAfter(before);
        if (rest.length) found.unshift(rest);
      }
    }
    return found;
  }

  /** The words that are left after a statement that leaves for every other one: `if (name !== "a") return`. */
  wordsAfter(statement) {
    if (!ts.isIfStatement(statement) || statement.elseStatement) return [];
    const { thenStatement } = statement;
    const last = ts.isBlock(thenStatement) ? thenStatement.statements.at(-1) : thenStatement;
    return last && this.isJump(last) ? this.unequalWords(statement.expression) : [];
  }

  isJump(node) {
    return (
      ts.isReturnStatement(node) ||
      ts.isContinueStatement(node) ||
      ts.isBreakStatement(node) ||
      ts.isThrowStatement(node)
    );
  }

  isUnequal(node) {
    const { kind } = node.operatorToken;
    const { SyntaxKind } = ts;
    return (
      kind === SyntaxKind.ExclamationEqualsEqualsToken || kind === SyntaxKind.ExclamationEqualsToken
    );
  }

  unequalWords(node) {
    const inner = this.functions.unwrap(node);
    if (!ts.isBinaryExpression(inner)) return [];
    if (this.isUnequal(inner)) return this.textsOf(inner.right);
    const sides = [this.unequalWords(inner.left), this.unequalWords(inner.right)];
    const count = sides.filter((one) => one.length).length;
    // every side of `&&` has to name what is left; of `||`, one is enough
    const isAnd = inner.operatorToken.kind === ts.SyntaxKind.AmpersandAmpersandToken;
    return count === (isAnd ? 2 : 1) ? sides.flat() : [];
  }

  /** A function with a name may be called from outside of the branch that it is written in. */
  isDeclared(node) {
    return ts.isFunctionDeclaration(node) || ts.isMethodDeclaration(node);
  }

  caseWords(clause) {
    const { clauses } = clause.parent;
    const words = this.textsOf(clause.expression);
    for (let index = clauses.indexOf(clause) - 1; index >= 0; index -= 1) {
      const before = clauses[index];
      if (before.statements.length || !ts.isCaseClause(before)) break;
      words.push(...this.textsOf(before.expression));
    }
    return words;
  }

  equalWords(node) {
    const inner = this.functions.unwrap(node);
    if (!ts.isBinaryExpression(inner)) return [];
    const { kind } = inner.operatorToken;
    const { SyntaxKind } = ts;
    if (kind === SyntaxKind.BarBarToken || kind === SyntaxKind.AmpersandAmpersandToken) {
      return [...this.equalWords(inner.left), ...this.equalWords(inner.right)];
    }
    const isEqual =
      kind === SyntaxKind.EqualsEqualsEqualsToken || kind === SyntaxKind.EqualsEqualsToken;
    return isEqual ? this.textsOf(inner.right) : [];
  }

  /** Whether statements do nothing with a name that they do not know. */
  isTrivial(statements) {
    return statements.every((one) => {
      if (ts.isBlock(one)) return this.isTrivial(one.statements);
      if (ts.isReturnStatement(one)) return !one.expression || this.isInert(one.expression);
      if (this.isJump(one) || ts.isEmptyStatement(one)) return true;
      if (ts.isVariableStatement(one)) return /:\s*never\b/.test(one.getText());
      return ts.isExpressionStatement(one) && this.isSilent(one.expression);
    });
  }

  isSilent(node) {
    return (
      /^(console|log|logger)\b/.test(node.getText()) ||
      /never|exhaust|unreachable/i.test(node.getText().slice(0, 60)) ||
      ts.isVoidExpression(node) ||
      this.isInert(node)
    );
  }

  isInert(node) {
    const inner = this.functions.unwrap(node);
    return (
      ts.isIdentifier(inner) ||
      ts.isLiteralExpression(inner) ||
      [ts.SyntaxKind.NullKeyword, ts.SyntaxKind.TrueKeyword, ts.SyntaxKind.FalseKeyword].includes(
        inner.kind,
      ) ||
      (ts.isArrayLiteralExpression(inner) && inner.elements.length === 0)
    );
  }

  /** What a variable runs over: `for (const x of LIST)`, `for (const [x, f] of Object.entries(TABLE))`, `LIST.forEach((x) => …)`. */
  loopOf(name) {
    let declaration = ts.isIdentifier(name)
      ? this.functions.symbolOf(name)?.valueDeclaration
      : null;
    if (declaration && ts.isBindingElement(declaration)) {
      if (declaration.parent.elements[0] !== declaration) return null;
      declaration = declaration.parent.parent;
    }
    if (!declaration) return null;
    if (ts.isParameter(declaration)) {
      const call = declaration.parent.parent;
      const isLoop =
        ts.isCallExpression(call) &&
        /^(forEach|map)$/.test(this.functions.lastName(call.expression));
      return isLoop ? call.expression.expression : null;
    }
    const statement = declaration.parent?.parent;
    return statement && ts.isForOfStatement(statement) ? statement.expression : null;
  }
}
