/**
 * What the page handles of the streams that it reads: one fact for each place that reads a stream, with the names that
 * it listens to or compares, and the fields that it reads.
 */
import { openFlow } from "./events-flow.mjs";
import { openFunctions } from "./events-functions.mjs";

const DATA = /^\^?\s*data:/;
const EVENT = /^\^?\s*event:/;

export function openEvents(project) {
  const { ts, placeOf, add } = project;
  const functions = openFunctions(project);
  const flow = openFlow(project, functions);
  const readers = new Set();
  let count = 0;

  function listener(node, style, url) {
    count += 1;
    const fact = {
      place: placeOf(node), style, url: url ? urlOf(url) : null, words: [], defaults: [], generic: [], reads: [],
      onmessage: null, onerror: null, isSubscribed: false, isOpen: false, isOpaque: false,
    };
    Object.defineProperty(fact, "id", { value: count, enumerable: false });
    add(fact);
    return fact;
  }

  /** The address as far as it is written: literals, and `{}` for the rest. */
  function urlOf(expression, depth = 6) {
    const node = functions.unwrap(expression);
    if (ts.isStringLiteralLike(node)) return node.text;
    if (ts.isTemplateExpression(node)) {
      const spans = node.templateSpans.map((one) => urlOf(one.expression, depth - 1) + one.literal.text);
      return node.head.text + spans.join("");
    }
    if (ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.PlusToken) {
      return urlOf(node.left, depth - 1) + urlOf(node.right, depth - 1);
    }
    if (depth <= 0) return "{}";
    if (ts.isCallExpression(node)) {
      const [found] = functions.functionsOf(node.expression);
      const inner = found && resultOf(found.fn);
      return inner ? urlOf(inner, depth - 1) : "{}";
    }
    if (ts.isIdentifier(node)) {
      const { initializer } = functions.symbolOf(node)?.valueDeclaration ?? {};
      if (initializer) return urlOf(initializer, depth - 1);
    }
    return "{}";
  }

  function resultOf(fn) {
    if (!fn.body) return null;
    if (!ts.isBlock(fn.body)) return fn.body;
    const last = fn.body.statements.findLast?.((one) => ts.isReturnStatement(one));
    return last?.expression ?? null;
  }

  function native(node) {
    const found = listener(node, "native", node.arguments?.[0]);
    flow.use(node, { kind: "source", within: [] }, found);
  }

  /** `fetchEventSource(url, { onmessage })`, `createParser({ onEvent })` and `createParser(f)`. */
  function library(call, style, url, options) {
    const found = listener(call, style, url);
    const callbacks = ["onmessage", "onMessage", "onEvent", "onevent"].flatMap((name) =>
      functions.membersOf(options, name),
    );
    for (const one of callbacks.length ? callbacks : [options]) {
      for (const { fn, offset } of functions.functionsOf(one)) flow.listen(fn, offset, null, found);
    }
  }

  /** A reader written by hand: a function that looks for lines with `data:`, and parses what follows. */
  function byHand(node) {
    let fn = functions.enclosing(node);
    for (let above = fn; above; above = functions.enclosing(above)) {
      if (readers.has(above)) return;
      fn = above;
      if (readsBody(above)) break;
    }
    if (!fn) return;
    readers.add(fn);
    const found = listener(node, "reader", requestedBy(fn));
    const visit = (one) => {
      const tag = markOf(one);
      if (tag) flow.bind(one.name ?? functions.unwrap(one.left), tag, found);
      else if (isPushed(one)) flow.track(functions.symbolOf(one.expression.expression), TEXT, found);
      else if (isParse(one)) flow.use(one, { kind: "payload", path: [], within: [] }, found);
      ts.forEachChild(one, visit);
    };
    visit(fn);
  }

  /** The address of the only request in a function. */
  function requestedBy(fn) {
    const found = new Set();
    const visit = (one) => {
      const isCall = ts.isCallExpression(one) && /fetch|request|post/i.test(functions.lastName(one.expression));
      const [address] = isCall ? one.arguments : [];
      if (address && /\//.test(urlOf(address))) found.add(address);
      ts.forEachChild(one, visit);
    };
    visit(fn);
    return found.size === 1 ? [...found][0] : null;
  }

  const TEXT = { kind: "text", within: [] };

  const readsBody = (fn) => /getReader\(|for await|\.read\(\)/.test(fn.getText());

  const isParse = (node) =>
    ts.isCallExpression(node) && node.expression.getText() === "JSON.parse" && node.arguments.length > 0;

  const isPushed = (node) =>
    ts.isCallExpression(node) && functions.lastName(node.expression) === "push" &&
    ts.isPropertyAccessExpression(node.expression) && ts.isIdentifier(node.expression.expression) &&
    fieldOf(node) === "data";

  /** Whether a variable is given the name or the data of an event: by the literal beside it, or around it. */
  function markOf(node) {
    const isDeclared = ts.isVariableDeclaration(node) && node.initializer && ts.isIdentifier(node.name);
    const isAssigned =
      ts.isBinaryExpression(node) && ts.isIdentifier(functions.unwrap(node.left)) &&
      [ts.SyntaxKind.EqualsToken, ts.SyntaxKind.PlusEqualsToken].includes(node.operatorToken.kind);
    if (!isDeclared && !isAssigned) return null;
    const value = isDeclared ? node.initializer : node.right;
    if (ts.isArrowFunction(value) || ts.isFunctionExpression(value) || isParse(value)) return null;
    const field = fieldOf(node);
    if (field === "event") return { kind: "name", within: [] };
    return field === "data" ? TEXT : null;
  }

  function fieldOf(node) {
    const own = mentioned(node);
    if (own) return own;
    let child = node;
    for (let above = node.parent; above && !functions.isFunction(above); child = above, above = above.parent) {
      if (ts.isIfStatement(above) && above.thenStatement === child) {
        const found = mentioned(above.expression);
        if (found) return found;
      }
      if (ts.isCaseClause(above) && /^["'](data|event)["']$/.test(above.expression.getText())) {
        return above.expression.text;
      }
    }
    return null;
  }

  function mentioned(node) {
    let found = null;
    const visit = (one) => {
      if (ts.isArrowFunction(one) && ts.isBlock(one.body)) return;
      const text = ts.isStringLiteralLike(one) ? one.text : regular(one);
      if (text !== null && DATA.test(text)) found ??= "data";
      else if (text !== null && EVENT.test(text)) found ??= "event";
      ts.forEachChild(one, visit);
    };
    visit(node);
    return found;
  }

  const regular = (node) => (ts.isRegularExpressionLiteral(node) ? node.text.slice(1) : null);

  return (node) => {
    if (ts.isNewExpression(node) && /EventSource\w*$/.test(functions.lastName(node.expression))) {
      if (!/Parser|Stream$/.test(functions.lastName(node.expression))) native(node);
    } else if (ts.isCallExpression(node)) {
      const name = functions.lastName(node.expression);
      const [first, second] = node.arguments;
      if (name === "fetchEventSource" && second) library(node, "fetch", first, second);
      else if (name === "createParser" && first) library(node, "parser", null, first);
    }
    const text = ts.isStringLiteralLike(node) ? node.text : regular(node);
    if (text !== null && DATA.test(text) && !/^data:\w+\//.test(text)) byHand(node);
  };
}
