/**
 * Where the events of a stream go on the page, and what is looked at on the way: names that are compared, fields that
 * are read. A tag says what a value is: the `source` itself, a `frame`, its `name`, its `text`, or the `payload`, with
 * the path of a field in it.
 */

import ts from "../typescript.mjs";
import { Dispatch } from "./dispatch.mjs";

const TEXT_METHODS = new Set(
  "trim trimStart trimEnd slice substring substr replace replaceAll join split pop shift toString at toLowerCase toUpperCase".split(
    " ",
  ),
);
const PARSERS = new Set(
  "parse safeParse parseAsync safeParseAsync validate cast decode assert".split(" "),
);
const PATH_LIMIT = 3;
/** Calls that one value is followed into. */
const STACK_LIMIT = 6;
/** Uses that one value is followed through; what comes after is not understood. */
const USE_LIMIT = 250;
/** Uses of all values of one place that reads a stream. */
const TOTAL_LIMIT = 20_000;

export class Flow {
  constructor(project, functions) {
    this.placeOf = project.placeOf;
    this.functions = functions;
    this.dispatch = new Dispatch(project, functions);
    this.seen = new Map();
    this.depth = 0;
    this.total = new Map();
  }

  trail(stack) {
    return (stack ?? []).map(({ call }) => call.pos).join();
  }

  isNew(node, tag, listener) {
    if (!this.seen.has(node)) this.seen.set(node, new Set());
    const key = [
      listener.id,
      tag.kind,
      tag.key,
      tag.inner?.kind,
      tag.path?.join("."),
      JSON.stringify(tag.within),
      this.trail(tag.stack),
    ].join("|");
    if (this.seen.get(node).has(key)) return false;
    this.seen.get(node).add(key);
    return true;
  }

  /** Follows all uses of a variable. */
  track(name, tag, listener) {
    const symbol = this.functions.symbolOf(name);
    if (!symbol || !this.isNew(symbol, tag, listener)) return;
    for (const node of this.functions.references(symbol)) this.use(node, tag, listener);
  }

  /** Follows a value into a name or a pattern that it is bound to. */
  bind(name, tag, listener) {
    if (ts.isIdentifier(name)) return this.track(name, tag, listener);
    if (!ts.isObjectBindingPattern(name)) return;
    for (const element of name.elements) {
      if (element.dotDotDotToken) {
        this.bind(element.name, tag, listener);
        continue;
      }
      const key = (element.propertyName ?? element.name).getText();
      const inner = this.member(element, key, tag, listener, element.initializer);
      if (inner) this.bind(element.name, inner, listener);
    }
  }

  /** The tag of a member of a value, and what reading it means. */
  member(node, key, tag, listener, fallback) {
    if (tag.kind === "record") return key === tag.key ? { ...tag.inner, stack: tag.stack } : null;
    if (tag.kind === "frame") {
      if (key === "data") return { ...tag, kind: "text" };
      const isName = key === "event" || (key === "type" && listener.style === "native");
      return isName ? { ...tag, kind: "name" } : null;
    }
    if (tag.kind !== "payload" || tag.path.length >= PATH_LIMIT) return null;
    const inner = { ...tag, path: [...tag.path, key] };
    this.dispatch.read(node, inner, listener, fallback);
    return inner;
  }

  use(node, tag, listener) {
    if (!this.isNew(node, tag, listener)) return;
    const total = (this.total.get(listener.id) ?? 0) + 1;
    this.total.set(listener.id, total);
    if (this.depth > USE_LIMIT || total > TOTAL_LIMIT) {
      listener.isOpaque = true;
      return;
    }
    this.depth += 1;
    this.follow(node, tag, listener);
    this.depth -= 1;
  }

  follow(node, tag, listener) {
    const parent = node.parent;
    if (this.functions.unwrap(parent) !== parent) return this.use(parent, tag, listener);
    if (ts.isPropertyAccessExpression(parent))
      return this.property(parent, parent.name.text, tag, listener);
    if (ts.isElementAccessExpression(parent)) return this.element(parent, node, tag, listener);
    if (ts.isVariableDeclaration(parent)) {
      if (parent.initializer === node) this.bind(parent.name, tag, listener);
    } else if (ts.isBinaryExpression(parent)) this.binary(parent, node, tag, listener);
    else if (ts.isConditionalExpression(parent)) {
      if (parent.condition !== node) this.use(parent, tag, listener);
    } else if (ts.isCallExpression(parent) || ts.isNewExpression(parent)) {
      if (parent.expression !== node) this.argument(parent, node, tag, listener);
    } else if (ts.isReturnStatement(parent))
      this.returned(this.functions.enclosing(node), tag, listener);
    else if (ts.isArrowFunction(parent)) this.returned(parent, tag, listener);
    else if (ts.isYieldExpression(parent)) {
      const kind = parent.asteriskToken ? tag : { ...tag, isElement: true };
      this.returned(this.functions.enclosing(node), kind, listener);
    } else if (ts.isSwitchStatement(parent)) this.dispatch.cases(parent, tag, listener);
    else if (ts.isForOfStatement(parent)) this.forOf(parent, tag, listener);
    else if (ts.isPropertyAssignment(parent) || ts.isShorthandPropertyAssignment(parent)) {
      const key = parent.name.getText().replace(/["']/g, "");
      this.use(
        parent.parent,
        { kind: "record", key, inner: tag, within: tag.within, stack: tag.stack },
        listener,
      );
    } else if (ts.isSpreadAssignment(parent)) this.use(parent.parent, tag, listener);
    else if (this.isPassive(parent)) return;
    else this.dispatch.used(node, tag, listener);
  }

  /** Statements that ask for nothing but whether there is a value. */
  isPassive(node) {
    return (
      ts.isExpressionStatement(node) ||
      ts.isIfStatement(node) ||
      ts.isPrefixUnaryExpression(node) ||
      ts.isTypeOfExpression(node) ||
      ts.isWhileStatement(node) ||
      ts.isCaseClause(node) ||
      ts.isDeleteExpression(node) ||
      ts.isParameter(node) ||
      ts.isBindingElement(node) ||
      ts.isExportSpecifier(node) ||
      ts.isImportSpecifier(node)
    );
  }

  property(node, key, tag, listener) {
    if (tag.isElement) return;
    const call = node.parent;
    const isCalled = ts.isCallExpression(call) && call.expression === node;
    if (tag.kind === "source") return this.source(node, key, isCalled ? call : null, tag, listener);
    if (tag.kind === "text" || tag.kind === "name") {
      if (isCalled && TEXT_METHODS.has(key)) this.use(call, tag, listener);
      else if (isCalled && key === "startsWith") this.dispatch.prefix(call, tag, listener);
      else if (isCalled && tag.kind === "name") this.dispatch.used(node, tag, listener);
      return;
    }
    // JSON has no functions: this is a method of a string, a list or an object
    if (isCalled && tag.kind === "payload") return this.dispatch.used(node, tag, listener);
    const inner = this.member(node, key, tag, listener);
    if (inner) this.use(node, inner, listener);
  }

  element(node, child, tag, listener) {
    if (node.argumentExpression === child) return this.table(node, tag, listener);
    // a part of a match or of a split
    if (tag.kind === "text" || tag.kind === "name") return this.use(node, tag, listener);
    if (ts.isStringLiteralLike(node.argumentExpression)) {
      return this.property(node, node.argumentExpression.text, tag, listener);
    }
    this.dispatch.used(child, tag, listener);
  }

  argument(call, node, tag, listener) {
    const callee = this.functions.unwrap(call.expression);
    const name = this.functions.lastName(callee);
    const owner = ts.isPropertyAccessExpression(callee) ? callee.expression.getText() : "";
    if (tag.kind === "text" && name === "parse" && owner === "JSON") {
      return this.use(
        call,
        { ...this.dispatch.narrowed(tag, call), kind: "payload", path: [] },
        listener,
      );
    }
    if (name === "String" || name === "Array.from") return this.use(call, tag, listener);
    if (name === "includes" || name === "has")
      return this.dispatch.included(callee.expression, call, tag, listener);
    if (tag.kind === "text" && name === "push") return this.track(callee.expression, tag, listener);
    if (tag.kind === "payload" && owner && PARSERS.has(name)) {
      this.use(
        call,
        { kind: "record", key: "data", inner: tag, within: tag.within, stack: tag.stack },
        listener,
      );
      return this.use(call, tag, listener);
    }
    if (owner === "console" || name === "Boolean") return;
    const index = call.arguments?.indexOf(node) ?? -1;
    const targets = this.functions.functionsOf(call.expression);
    if (!targets.length) {
      if (!this.isTable(callee)) this.dispatch.escaped(call, node, tag, listener);
      return;
    }
    for (const { fn, offset } of targets) {
      const parameter = fn.parameters[index + offset];
      if (!parameter) continue;
      const stack = [...(tag.stack ?? []), { fn, call }];
      const inner = tag.kind === "source" ? tag : this.dispatch.narrowed(tag, node);
      if (stack.length <= STACK_LIMIT) this.bind(parameter.name, { ...inner, stack }, listener);
    }
  }

  returned(fn, tag, listener) {
    if (!fn) return;
    const last = tag.stack?.at(-1);
    const isInside = tag.stack?.some((one) => one.fn === fn);
    // a value that came in by a call goes back to that call only
    if (last?.fn === fn) this.use(last.call, { ...tag, stack: tag.stack.slice(0, -1) }, listener);
    else if (!isInside)
      for (const call of this.functions.callsOf(fn)) this.use(call, tag, listener);
  }

  forOf(statement, tag, listener) {
    const [declaration] = statement.initializer.declarations ?? [];
    if (!declaration) return;
    if (tag.isElement) this.bind(declaration.name, { ...tag, isElement: false }, listener);
    else if (tag.kind === "text") this.bind(declaration.name, tag, listener);
  }
}
