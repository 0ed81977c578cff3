/**
 * Where the events of a stream go on the page, and what is looked at on the way: names that are compared, fields that
 * are read. A tag says what a value is: the `source` itself, a `frame`, its `name`, its `text`, or the `payload`, with
 * the path of a field in it.
 */
import { openDispatch } from "./events-dispatch.mjs";

const TEXT_METHODS = new Set(
  "trim trimStart trimEnd slice substring substr replace replaceAll join split pop shift toString at toLowerCase toUpperCase".split(" "),
);
const PARSERS = new Set("parse safeParse parseAsync safeParseAsync validate cast decode assert".split(" "));
const PATH_LIMIT = 3;
/** Calls that one value is followed into. */
const STACK_LIMIT = 6;

export function openFlow(project, functions) {
  const { ts, placeOf } = project;
  const { unwrap, symbolOf, references, functionsOf, callsOf } = functions;
  const dispatch = openDispatch(project, functions);
  const seen = new Map();

  const trail = (stack) => (stack ?? []).map(({ call }) => call.pos).join();

  function isNew(node, tag, listener) {
    if (!seen.has(node)) seen.set(node, new Set());
    const key = [listener.id, tag.kind, tag.key, tag.inner?.kind, tag.path?.join("."), JSON.stringify(tag.within), trail(tag.stack)].join("|");
    if (seen.get(node).has(key)) return false;
    seen.get(node).add(key);
    return true;
  }

  /** Follows all uses of a variable. */
  function track(symbol, tag, listener) {
    if (!symbol || !isNew(symbol, tag, listener)) return;
    for (const node of references(symbol)) use(node, tag, listener);
  }

  /** Follows a value into a name or a pattern that it is bound to. */
  function bind(name, tag, listener) {
    if (ts.isIdentifier(name)) return track(symbolOf(name), tag, listener);
    if (!ts.isObjectBindingPattern(name)) return;
    for (const element of name.elements) {
      if (element.dotDotDotToken) {
        bind(element.name, tag, listener);
        continue;
      }
      const key = (element.propertyName ?? element.name).getText();
      const inner = member(element, key, tag, listener, element.initializer);
      if (inner) bind(element.name, inner, listener);
    }
  }

  /** The tag of a member of a value, and what reading it means. */
  function member(node, key, tag, listener, fallback) {
    if (tag.kind === "record") return key === tag.key ? { ...tag.inner, stack: tag.stack } : null;
    if (tag.kind === "frame") {
      if (key === "data") return { ...tag, kind: "text" };
      const isName = key === "event" || (key === "type" && listener.style === "native");
      return isName ? { ...tag, kind: "name" } : null;
    }
    if (tag.kind !== "payload" || tag.path.length >= PATH_LIMIT) return null;
    const inner = { ...tag, path: [...tag.path, key] };
    dispatch.read(node, inner, listener, fallback);
    return inner;
  }

  function use(node, tag, listener) {
    if (!isNew(node, tag, listener)) return;
    const parent = node.parent;
    if (unwrap(parent) !== parent) return use(parent, tag, listener);
    if (ts.isPropertyAccessExpression(parent)) return property(parent, parent.name.text, tag, listener);
    if (ts.isElementAccessExpression(parent)) return element(parent, node, tag, listener);
    if (ts.isVariableDeclaration(parent)) {
      if (parent.initializer === node) bind(parent.name, tag, listener);
    } else if (ts.isBinaryExpression(parent)) binary(parent, node, tag, listener);
    else if (ts.isConditionalExpression(parent)) {
      if (parent.condition !== node) use(parent, tag, listener);
    } else if (ts.isCallExpression(parent) || ts.isNewExpression(parent)) {
      if (parent.expression !== node) argument(parent, node, tag, listener);
    } else if (ts.isReturnStatement(parent)) returned(functions.enclosing(node), tag, listener);
    else if (ts.isArrowFunction(parent)) returned(parent, tag, listener);
    else if (ts.isYieldExpression(parent)) {
      const kind = parent.asteriskToken ? tag : { ...tag, isElement: true };
      returned(functions.enclosing(node), kind, listener);
    } else if (ts.isSwitchStatement(parent)) dispatch.cases(parent, tag, listener);
    else if (ts.isForOfStatement(parent)) forOf(parent, tag, listener);
    else if (ts.isPropertyAssignment(parent) || ts.isShorthandPropertyAssignment(parent)) {
      const key = parent.name.getText().replace(/["']/g, "");
      use(parent.parent, { kind: "record", key, inner: tag, within: tag.within, stack: tag.stack }, listener);
    } else if (ts.isSpreadAssignment(parent)) use(parent.parent, tag, listener);
    else if (isPassive(parent)) return;
    else dispatch.used(node, tag, listener);
  }

  /** Statements that ask for nothing but whether there is a value. */
  const isPassive = (node) =>
    ts.isExpressionStatement(node) || ts.isIfStatement(node) || ts.isPrefixUnaryExpression(node) ||
    ts.isTypeOfExpression(node) || ts.isWhileStatement(node) || ts.isCaseClause(node) || ts.isDeleteExpression(node) ||
    ts.isParameter(node) || ts.isBindingElement(node) || ts.isExportSpecifier(node) || ts.isImportSpecifier(node);

  function property(node, key, tag, listener) {
    if (tag.isElement) return;
    const call = node.parent;
    const isCalled = ts.isCallExpression(call) && call.expression === node;
    if (tag.kind === "source") return source(node, key, isCalled ? call : null, tag, listener);
    if (tag.kind === "text" || tag.kind === "name") {
      if (isCalled && TEXT_METHODS.has(key)) use(call, tag, listener);
      else if (isCalled && key === "startsWith") dispatch.prefix(call, tag, listener);
      else if (isCalled && tag.kind === "name") dispatch.used(node, tag, listener);
      return;
    }
    // JSON has no functions: this is a method of a string, a list or an object
    if (isCalled && tag.kind === "payload") return dispatch.used(node, tag, listener);
    const inner = member(node, key, tag, listener);
    if (inner) use(node, inner, listener);
  }

  function element(node, child, tag, listener) {
    if (node.argumentExpression === child) return table(node, tag, listener);
    if (tag.kind === "text") return use(node, tag, listener);
    if (ts.isStringLiteralLike(node.argumentExpression)) {
      return property(node, node.argumentExpression.text, tag, listener);
    }
    dispatch.used(child, tag, listener);
  }

  /** `handlers[name]`: a table of functions or of labels. */
  function table(node, tag, listener) {
    const call = functions.calledBy(node);
    for (const object of functions.literalsOf(node.expression)) {
      dispatch.keys(object, tag, listener, node);
      for (const one of call ? object.properties : []) {
        const key = one.name?.getText().replace(/["']/g, "");
        const value = ts.isMethodDeclaration(one) ? one.name : (one.initializer ?? one.name);
        call.arguments.forEach((passed, index) => {
          const carried = carriedBy(passed, listener);
          for (const { fn, offset } of functionsOf(value)) {
            const parameter = fn.parameters[index + offset];
            if (parameter && carried) bind(parameter.name, { ...carried, within: [[key]] }, listener);
          }
        });
      }
    }
  }

  /** The tag of a variable that is passed on, where it is followed already. */
  function carriedBy(node, listener) {
    const inner = unwrap(node);
    const keys = [...(seen.get(inner) ?? seen.get(symbolOf(inner)) ?? [])];
    const kinds = keys.map((one) => one.split("|")).filter(([id]) => id === String(listener.id));
    const kind = ["payload", "text", "frame"].find((one) => kinds.some((found) => found[1] === one));
    return kind ? { kind, path: [], within: [] } : null;
  }

  function binary(parent, node, tag, listener) {
    const { SyntaxKind } = ts;
    const operator = parent.operatorToken.kind;
    const isLeft = parent.left === node;
    if (operator === SyntaxKind.EqualsToken) {
      if (isLeft) return;
      const target = unwrap(parent.left);
      if (ts.isIdentifier(target)) return track(symbolOf(target), tag, listener);
      if (ts.isPropertyAccessExpression(target)) {
        const isRef = target.name.text === "current" && ts.isIdentifier(target.expression);
        const symbol = symbolOf(isRef ? target.expression : target.name);
        const kept = isRef ? { kind: "record", key: "current", inner: tag, within: tag.within, stack: tag.stack } : tag;
        if (tag.kind === "source" || isRef) return track(symbol, kept, listener);
      }
      return dispatch.used(node, tag, listener);
    }
    const isEqual = [
      SyntaxKind.EqualsEqualsEqualsToken, SyntaxKind.EqualsEqualsToken,
      SyntaxKind.ExclamationEqualsEqualsToken, SyntaxKind.ExclamationEqualsToken,
    ].includes(operator);
    if (isEqual) return dispatch.compared(parent, isLeft ? parent.right : parent.left, tag, listener);
    const isDefault = operator === SyntaxKind.QuestionQuestionToken || operator === SyntaxKind.BarBarToken;
    if (isDefault || (operator === SyntaxKind.AmpersandAmpersandToken && !isLeft)) {
      return use(parent, tag, listener);
    }
    if (operator === SyntaxKind.PlusEqualsToken && !isLeft && tag.kind === "text") {
      const target = unwrap(parent.left);
      if (ts.isIdentifier(target)) track(symbolOf(target), tag, listener);
    }
    if (operator === SyntaxKind.PlusToken) {
      if (tag.kind === "text") use(parent, tag, listener);
      else dispatch.used(node, tag, listener);
    }
  }

  function argument(call, node, tag, listener) {
    const callee = unwrap(call.expression);
    const name = functions.lastName(callee);
    const owner = ts.isPropertyAccessExpression(callee) ? callee.expression.getText() : "";
    if (tag.kind === "text" && name === "parse" && owner === "JSON") {
      return use(call, { ...dispatch.narrowed(tag, call), kind: "payload", path: [] }, listener);
    }
    if (name === "String" || name === "Array.from") return use(call, tag, listener);
    if (name === "includes" || name === "has") return dispatch.included(callee.expression, call, tag, listener);
    if (tag.kind === "text" && name === "push") return track(symbolOf(callee.expression), tag, listener);
    if (tag.kind === "payload" && owner && PARSERS.has(name)) {
      use(call, { kind: "record", key: "data", inner: tag, within: tag.within, stack: tag.stack }, listener);
      return use(call, tag, listener);
    }
    if (owner === "console" || name === "Boolean") return;
    const index = call.arguments?.indexOf(node) ?? -1;
    const targets = functionsOf(call.expression);
    if (!targets.length) return dispatch.escaped(call, node, tag, listener);
    for (const { fn, offset } of targets) {
      const parameter = fn.parameters[index + offset];
      if (!parameter) continue;
      const stack = [...(tag.stack ?? []), { fn, call }];
      const inner = tag.kind === "source" ? tag : dispatch.narrowed(tag, node);
      if (stack.length <= STACK_LIMIT) bind(parameter.name, { ...inner, stack }, listener);
    }
  }

  function returned(fn, tag, listener) {
    if (!fn) return;
    const last = tag.stack?.at(-1);
    const isInside = tag.stack?.some((one) => one.fn === fn);
    // a value that came in by a call goes back to that call only
    if (last?.fn === fn) use(last.call, { ...tag, stack: tag.stack.slice(0, -1) }, listener);
    else if (!isInside) for (const call of callsOf(fn)) use(call, tag, listener);
  }

  function forOf(statement, tag, listener) {
    const [declaration] = statement.initializer.declarations ?? [];
    if (!declaration) return;
    if (tag.isElement) bind(declaration.name, { ...tag, isElement: false }, listener);
    else if (tag.kind === "text") bind(declaration.name, tag, listener);
  }

  /** What is set on the source itself: its listeners. */
  function source(node, key, call, tag, listener) {
    if (key === "addEventListener" && call) {
      const names = dispatch.subscribed(call, listener);
      for (const { fn, offset } of functionsOf(call.arguments[1])) {
        listen(fn, offset, names, listener);
      }
      return;
    }
    const isSet = ts.isBinaryExpression(node.parent) && node.parent.left === node;
    if (key === "onmessage" && isSet) {
      listener.onmessage = placeOf(node);
      for (const { fn, offset } of functionsOf(node.parent.right)) listen(fn, offset, ["message"], listener);
    } else if (key === "onerror" && isSet) {
      for (const { fn } of functionsOf(node.parent.right)) dispatch.failed(fn, placeOf(node), listener);
    } else if (isSet === false && key === "current") use(node, tag, listener);
  }

  function listen(fn, offset, names, listener) {
    if (names?.length === 1 && names[0] === "error") dispatch.failed(fn, placeOf(fn), listener);
    const [parameter] = fn.parameters.slice(offset);
    // one function for several names: what it does is the same for each of them
    const within = names && names.length > 0 ? [names] : [];
    if (parameter) bind(parameter.name, { kind: "frame", within }, listener);
  }

  return { use, track, bind, listen };
}
