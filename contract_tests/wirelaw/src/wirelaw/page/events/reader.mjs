/**
 * What the page handles of the streams that it reads: one fact for each place that reads a stream, with the names that
 * it listens to or compares, and the fields that it reads.
 */

import ts from "../typescript.mjs";
import { Functions } from "./functions.mjs";
import { Listening } from "./listen.mjs";
import { Origins } from "./origins.mjs";
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
    this.origins = new Origins(this.functions);
    this.texts = new Texts(this.functions);
    this.readers = new Set();
    this.count = 0;
  }

  listener(node, style, url = null) {
    this.count += 1;
    const fact = {
      place: this.placeOf(node),
      style,
      url,
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

  /** `new EventSource(url)`, and `new WebSocket(url)`, whose messages are JSON without names. */
  native(node) {
    const style = /Socket/.test(this.functions.lastName(node.expression)) ? "socket" : "native";
    const [url] = node.arguments ?? [];
    const found = this.listener(node, style, url && this.origins.urlOf(url));
    this.flow.use(node, { kind: "source", within: [] }, found);
  }

  /** `fetchEventSource(url, { onmessage })`, `createParser({ onEvent })` and `createParser(f)`. */
  library(call, style, url, options) {
    const found = this.listener(call, style, url && this.origins.urlOf(url));
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
    const found = this.listener(node, "reader", this.origins.requestedBy(fn));
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
