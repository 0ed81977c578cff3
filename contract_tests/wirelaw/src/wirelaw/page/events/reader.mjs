/**
 * What the page handles of the streams that it reads: one fact for each place that reads a stream, with the names that
 * it listens to or compares, and the fields that it reads.
 */

import ts from "../typescript.mjs";
import { Functions } from "./functions.mjs";
import { Listening } from "./listen.mjs";
import { TEXT, Texts } from "./text.mjs";

export function openEvents(project) {
  const events = new Events(project);
  return (node) => events.read(node);
}

class Events {
  constructor(project) {
    this.placeOf = project.placeOf;
    this.add = project.add;
    this.functions = new Functions(project);
    this.flow = new Listening(project, this.functions);
    this.texts = new Texts(this.functions);
    this.readers = new Set();
    this.count = 0;
  }

  listener(node, style, url) {
    this.count += 1;
    const fact = {
      place: this.placeOf(node),
      style,
      url: url ? this.urlOf(url) : null,
      words: [],
      defaults: [],
      generic: [],
      reads: [],
      onmessage: null,
      onerror: null,
      isSubscribed: false,
      isOpen: false,
      isOpaque: false,
    };
    Object.defineProperty(fact, "id", { value: this.count, enumerable: false });
    this.add(fact);
    return fact;
  }

  /** The address as far as it is written: literals, and `{}` for the rest. */
  urlOf(expression, depth = 6) {
    const node = this.functions.unwrap(expression);
    if (ts.isStringLiteralLike(node)) return node.text;
    if (ts.isTemplateExpression(node)) {
      const spans = node.templateSpans.map(
        (one) => this.urlOf(one.expression, depth - 1) + one.literal.text,
      );
      return node.head.text + spans.join("");
    }
    if (ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.PlusToken) {
      return this.urlOf(node.left, depth - 1) + this.urlOf(node.right, depth - 1);
    }
    if (depth <= 0) return "{}";
    if (ts.isCallExpression(node)) {
      const [found] = this.functions.functionsOf(node.expression);
      const inner = found && this.functions.resultOf(found.fn);
      return inner ? this.urlOf(inner, depth - 1) : "{}";
    }
    if (ts.isIdentifier(node)) {
      const { initializer } = this.functions.symbolOf(node)?.valueDeclaration ?? {};
      if (initializer) return this.urlOf(initializer, depth - 1);
    }
    return "{}";
  }

  /** `new EventSource(url)`, and `new WebSocket(url)`, whose messages are JSON without names. */
  native(node) {
    const style = /Socket/.test(this.functions.lastName(node.expression)) ? "socket" : "native";
    const found = this.listener(node, style, node.arguments?.[0]);
    this.flow.use(node, { kind: "source", within: [] }, found);
  }

  /** `fetchEventSource(url, { onmessage })`, `createParser({ onEvent })` and `createParser(f)`. */
  library(call, style, url, options) {
    const found = this.listener(call, style, url);
    const callbacks = ["onmessage", "onMessage", "onEvent", "onevent"].flatMap((name) =>
      this.functions.membersOf(options, name),
    );
    for (const one of callbacks.length ? callbacks : [options]) {
      for (const { fn, offset } of this.functions.functionsOf(one))
        this.flow.listen(fn, offset, null, found);
    }
  }

  /** A reader written by hand: a function that looks for lines with `data:`, and parses what follows. */
  byHand(node) {
    let fn = this.functions.enclosing(node);
    for (let above = fn; above; above = this.functions.enclosing(above)) {
      if (this.readers.has(above)) return;
      fn = above;
      if (this.texts.readsBody(above)) break;
    }
    if (!fn) return;
    this.readers.add(fn);
    const found = this.listener(node, "reader", this.requestedBy(fn));
    const visit = (one) => {
      const tag = this.texts.markOf(one);
      if (tag) this.flow.bind(one.name ?? this.functions.unwrap(one.left), tag, found);
      else if (this.texts.isPushed(one)) this.flow.track(one.expression.expression, TEXT, found);
      else if (this.texts.isParse(one))
        this.flow.use(one, { kind: "payload", path: [], within: [] }, found);
      ts.forEachChild(one, visit);
    };
    visit(fn);
  }

  /** The address of the only request in a function. */
  requestedBy(fn) {
    const found = new Set();
    const visit = (one) => {
      const isCall =
        ts.isCallExpression(one) &&
        /fetch|request|post/i.test(this.functions.lastName(one.expression));
      const [address] = isCall ? one.arguments : [];
      if (address && /\//.test(this.urlOf(address))) found.add(address);
      ts.forEachChild(one, visit);
    };
    visit(fn);
    return found.size === 1 ? [...found][0] : null;
  }

  read(node) {
    if (
      ts.isNewExpression(node) &&
      /(EventSource|WebSocket)\w*$/.test(this.functions.lastName(node.expression))
    ) {
      if (!/Parser|Stream$/.test(this.functions.lastName(node.expression))) this.native(node);
    } else if (ts.isCallExpression(node)) {
      const name = this.functions.lastName(node.expression);
      const [first, second] = node.arguments;
      if (name === "fetchEventSource" && second) this.library(node, "fetch", first, second);
      else if (name === "createParser" && first) this.library(node, "parser", null, first);
    }
    if (this.texts.isMark(node) || this.texts.isLine(node)) this.byHand(node);
  }
}
