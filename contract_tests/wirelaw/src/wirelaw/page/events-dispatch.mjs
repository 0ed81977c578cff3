/** What the page does with the name and the fields of an event: branches, tables, reads. It writes them into the listener. */

/** Branches around a value that are kept, the innermost first. */
const WITHIN_LIMIT = 6;

export function openDispatch({ ts, checker, placeOf }, functions) {
  const { unwrap, symbolOf } = functions;

  const at = (tag) => (tag.kind === "name" ? "" : tag.path.join("."));
  const isWord = (tag) => tag.kind === "name" || (tag.kind === "payload" && tag.path.length > 0);

  function word(listener, tag, text, node, isWeak = false) {
    listener.words.push({ at: at(tag), word: text, place: placeOf(node), weak: isWeak, within: tag.within });
  }

  /** The strings that an expression may be: a literal, a constant, a member of an enum, by its type. */
  function textsOf(node) {
    let inner = unwrap(node);
    if (ts.isCallExpression(inner) && /^(valueOf|toString)$/.test(functions.lastName(inner.expression))) {
      inner = unwrap(inner.expression.expression);
    }
    if (ts.isStringLiteralLike(inner)) return [inner.text];
    const type = checker.getTypeAtLocation(inner);
    const parts = type.isUnion() ? type.types : [type];
    return parts.every((one) => one.isStringLiteral()) ? parts.map((one) => one.value) : [];
  }

  function compared(parent, other, tag, listener) {
    if (!isWord(tag)) return;
    const isWeak = ts.isConditionalExpression(parent.parent) && parent.parent.condition === parent;
    for (const text of textsOf(other)) word(listener, tag, text, other, isWeak);
    const last = lastBranch(parent, tag);
    if (last) listener.defaults.push({ at: at(tag), place: placeOf(last) });
  }

  /** The final `else` of a chain over one value, where it does something. */
  function lastBranch(condition, tag) {
    let statement = condition.parent;
    while (statement && !ts.isStatement(statement)) statement = statement.parent;
    if (!statement || !ts.isIfStatement(statement) || !contains(statement.expression, condition)) return null;
    const subject = lastStep(at(tag));
    while (statement.elseStatement && ts.isIfStatement(statement.elseStatement)) {
      statement = statement.elseStatement;
      if (!statement.expression.getText().includes(subject)) return null;
    }
    const last = statement.elseStatement;
    return last && !isTrivial(ts.isBlock(last) ? last.statements : [last]) ? last : null;
  }

  const lastStep = (path) => path.slice(path.lastIndexOf(".") + 1);
  const contains = (outer, inner) => outer.pos <= inner.pos && inner.end <= outer.end;

  /** Whether statements do nothing with a name that they do not know. */
  function isTrivial(statements) {
    return statements.every((one) => {
      if (ts.isBlock(one)) return isTrivial(one.statements);
      if (ts.isBreakStatement(one) || ts.isContinueStatement(one) || ts.isThrowStatement(one) || ts.isEmptyStatement(one)) {
        return true;
      }
      if (ts.isReturnStatement(one)) return !one.expression || isInert(one.expression);
      if (ts.isVariableStatement(one)) return /:\s*never\b/.test(one.getText());
      return ts.isExpressionStatement(one) && isSilent(one.expression);
    });
  }

  const isSilent = (node) =>
    /^(console|log|logger)\b/.test(node.getText()) || /never|exhaust|unreachable/i.test(node.getText().slice(0, 60)) ||
    ts.isVoidExpression(node) || isInert(node);

  const isInert = (node) => {
    const inner = unwrap(node);
    return ts.isIdentifier(inner) || ts.isLiteralExpression(inner) ||
      [ts.SyntaxKind.NullKeyword, ts.SyntaxKind.TrueKeyword, ts.SyntaxKind.FalseKeyword].includes(inner.kind) ||
      (ts.isArrayLiteralExpression(inner) && inner.elements.length === 0);
  };

  function cases(statement, tag, listener) {
    if (!isWord(tag)) return;
    for (const clause of statement.caseBlock.clauses) {
      if (ts.isDefaultClause(clause)) {
        if (!isTrivial(clause.statements)) listener.defaults.push({ at: at(tag), place: placeOf(clause) });
      } else {
        for (const text of textsOf(clause.expression)) word(listener, tag, text, clause.expression);
      }
    }
  }

  /** A table that is read by the name: its keys. */
  function keys(object, tag, listener, node) {
    if (!isWord(tag)) return;
    for (const one of object.properties) {
      if (!one.name) continue;
      const texts = ts.isComputedPropertyName(one.name)
        ? textsOf(one.name.expression)
        : [one.name.getText().replace(/["']/g, "")];
      for (const text of texts) word(listener, tag, text, one);
    }
    const { parent } = node;
    const hasFallback = ts.isBinaryExpression(parent) && parent.left === node && !isInert(parent.right);
    if (hasFallback) listener.defaults.push({ at: at(tag), place: placeOf(parent) });
  }

  function included(list, call, tag, listener) {
    if (!isWord(tag)) return;
    const texts = elementsOf(list);
    for (const { text, node } of texts) word(listener, tag, text, node, true);
    if (!texts.length) used(call, tag, listener);
  }

  /** The strings of a constant array or set, with their places. */
  function elementsOf(expression, depth = 5) {
    if (!expression || depth === 0) return [];
    const node = unwrap(expression);
    if (ts.isArrayLiteralExpression(node)) {
      return node.elements.flatMap((one) =>
        ts.isSpreadElement(one)
          ? elementsOf(one.expression, depth - 1)
          : textsOf(one).map((text) => ({ text, node: one })),
      );
    }
    if (ts.isNewExpression(node)) return elementsOf(node.arguments?.[0], depth - 1);
    if (ts.isCallExpression(node)) {
      const name = functions.lastName(node.expression);
      if (name !== "keys" && name !== "entries") return [];
      return functions.literalsOf(node.arguments[0]).flatMap(({ properties }) =>
        properties.flatMap((one) =>
          one.name ? [{ text: one.name.getText().replace(/["']/g, ""), node: one }] : [],
        ),
      );
    }
    if (!ts.isIdentifier(node)) return [];
    const { initializer } = symbolOf(node)?.valueDeclaration ?? {};
    return elementsOf(initializer, depth - 1);
  }

  /** The names of `addEventListener`: a literal, a constant, or the variable of a loop over a table. */
  function subscribed(call, listener) {
    const [name] = call.arguments;
    if (!name) return [];
    let found = textsOf(name).map((text) => ({ text, node: name }));
    const looped = loopOf(name);
    if (looped) {
      const listed = elementsOf(looped);
      if (listed.length) found = listed;
    }
    if (!found.length) listener.isOpen = true;
    for (const { text, node } of found) {
      listener.words.push({ at: "", word: text, place: placeOf(node), weak: false, within: [] });
    }
    listener.isSubscribed = true;
    return found.map(({ text }) => text);
  }

  /** What a variable runs over: `for (const x of LIST)`, `for (const [x, f] of Object.entries(TABLE))`, `LIST.forEach((x) => …)`. */
  function loopOf(name) {
    let declaration = ts.isIdentifier(name) ? symbolOf(name)?.valueDeclaration : null;
    if (declaration && ts.isBindingElement(declaration)) {
      if (declaration.parent.elements[0] !== declaration) return null;
      declaration = declaration.parent.parent;
    }
    if (!declaration) return null;
    if (ts.isParameter(declaration)) {
      const call = declaration.parent.parent;
      const isLoop = ts.isCallExpression(call) && /^(forEach|map)$/.test(functions.lastName(call.expression));
      return isLoop ? call.expression.expression : null;
    }
    const statement = declaration.parent?.parent;
    return statement && ts.isForOfStatement(statement) ? statement.expression : null;
  }

  function read(node, tag, listener, fallback) {
    const { parent } = node;
    const isDefault =
      ts.isBinaryExpression(parent) && parent.left === node &&
      [ts.SyntaxKind.QuestionQuestionToken, ts.SyntaxKind.BarBarToken].includes(parent.operatorToken.kind);
    const value = fallback ?? (isDefault ? parent.right : null);
    listener.reads.push({
      path: tag.path.join("."),
      within: narrowed(tag, node).within,
      place: placeOf(node),
      fallback: value && ts.isLiteralExpression(unwrap(value)) ? unwrap(value).getText() : null,
      tested: isTested(node),
    });
  }

  /** Whether a read only asks whether the field is there. */
  function isTested(node) {
    const { parent } = node;
    return (
      ts.isIfStatement(parent) || ts.isPrefixUnaryExpression(parent) || ts.isTypeOfExpression(parent) ||
      (ts.isConditionalExpression(parent) && parent.condition === node) ||
      (ts.isBinaryExpression(parent) && parent.operatorToken.kind === ts.SyntaxKind.AmpersandAmpersandToken)
    );
  }

  /** A tag with the branches around a node: for each, the words that it compares something with. */
  function narrowed(tag, node) {
    const added = guardsOf(node).filter((words) => !tag.within.some((one) => one.join() === words.join()));
    return added.length ? { ...tag, within: [...tag.within, ...added].slice(-WITHIN_LIMIT) } : tag;
  }

  function guardsOf(node) {
    const found = [];
    let child = node;
    for (let above = node.parent; above && !isDeclared(above); child = above, above = above.parent) {
      let words = null;
      if (ts.isCaseClause(above)) words = caseWords(above);
      else if (ts.isIfStatement(above) && above.thenStatement === child) words = equalWords(above.expression);
      else if (ts.isConditionalExpression(above) && above.whenTrue === child) words = equalWords(above.condition);
      else if (ts.isBinaryExpression(above) && above.right === child) {
        const isAnd = above.operatorToken.kind === ts.SyntaxKind.AmpersandAmpersandToken;
        words = isAnd ? equalWords(above.left) : null;
      }
      if (words?.length) found.unshift(words);
    }
    return found;
  }

  /** A function with a name may be called from outside of the branch that it is written in. */
  const isDeclared = (node) => ts.isFunctionDeclaration(node) || ts.isMethodDeclaration(node);

  function caseWords(clause) {
    const { clauses } = clause.parent;
    const words = textsOf(clause.expression);
    for (let index = clauses.indexOf(clause) - 1; index >= 0; index -= 1) {
      const before = clauses[index];
      if (before.statements.length || !ts.isCaseClause(before)) break;
      words.push(...textsOf(before.expression));
    }
    return words;
  }

  function equalWords(node) {
    const inner = unwrap(node);
    if (!ts.isBinaryExpression(inner)) return [];
    const { kind } = inner.operatorToken;
    const { SyntaxKind } = ts;
    if (kind === SyntaxKind.BarBarToken || kind === SyntaxKind.AmpersandAmpersandToken) {
      return [...equalWords(inner.left), ...equalWords(inner.right)];
    }
    const isEqual = kind === SyntaxKind.EqualsEqualsEqualsToken || kind === SyntaxKind.EqualsEqualsToken;
    return isEqual ? textsOf(inner.right) : [];
  }

  /** A value is used in another way than by comparing it. */
  function used(node, tag, listener) {
    if (tag.kind === "record") return used(node, tag.inner, listener);
    if (tag.kind === "source" || tag.kind === "text") return;
    const isWhole = tag.kind === "frame" || (tag.kind === "payload" && tag.path.length === 0);
    const path = isWhole ? "*" : at(tag);
    listener.generic.push({ at: path, place: placeOf(node), within: narrowed(tag, node).within });
  }

  /** A value is passed to a function that is not found. */
  function escaped(call, node, tag, listener) {
    if (tag.kind === "text" || tag.kind === "source") {
      if (tag.kind === "text") listener.isOpaque ||= tag.within.length === 0;
      return;
    }
    used(node, tag, listener);
  }

  function prefix(call, tag, listener) {
    if (!isWord(tag)) return;
    for (const text of textsOf(call.arguments[0])) {
      listener.words.push({ at: at(tag), word: `${text}*`, place: placeOf(call), weak: true, within: [] });
    }
  }

  /** The listener of errors: does it look for data of the service? */
  function failed(fn, place, listener) {
    listener.onerror ??= { place, readsData: /\bdata\b/.test(fn.body?.getText() ?? "") };
    if (/\bdata\b/.test(fn.body?.getText() ?? "")) listener.onerror.readsData = true;
  }

  return { cases, compared, escaped, failed, included, keys, narrowed, prefix, read, subscribed, used };
}
