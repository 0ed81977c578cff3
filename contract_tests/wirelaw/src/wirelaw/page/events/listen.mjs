/** The listeners of a source, the tables of handlers that an event is looked up in, and what operators do with an event. */

import ts from "../typescript.mjs";
import { Flow } from "./flow.mjs";

export class Listening extends Flow {
  /** What is set on the source itself: its listeners. */
  source(node, key, call, tag, listener) {
    const isSocket = listener.style === "socket";
    if (key === "addEventListener" && call) {
      const [first] = isSocket ? this.dispatch.textsOf(call.arguments[0]) : [];
      if (isSocket && first !== "message") return;
      const names = isSocket ? null : this.dispatch.subscribed(call, listener);
      for (const { fn, offset } of this.functions.functionsOf(call.arguments[1])) {
        this.listen(fn, offset, names, listener);
      }
      return;
    }
    const isSet = ts.isBinaryExpression(node.parent) && node.parent.left === node;
    if (key === "onmessage" && isSet) {
      if (!isSocket) listener.onmessage = this.placeOf(node);
      for (const { fn, offset } of this.functions.functionsOf(node.parent.right))
        this.listen(fn, offset, isSocket ? null : ["message"], listener);
    } else if (key === "onerror" && isSet && !isSocket) {
      for (const { fn } of this.functions.functionsOf(node.parent.right))
        this.dispatch.failed(fn, this.placeOf(node), listener);
    } else if (isSet === false && key === "current") this.use(node, tag, listener);
  }

  listen(fn, offset, names, listener) {
    if (names?.length === 1 && names[0] === "error")
      this.dispatch.failed(fn, this.placeOf(fn), listener);
    const [parameter] = fn.parameters.slice(offset);
    // one function for several names: what it does is the same for each of them
    const within = names && names.length > 0 ? [names] : [];
    if (parameter) this.bind(parameter.name, { kind: "frame", within }, listener);
  }

  /** `handlers[name]`: a table of functions or of labels. */
  table(node, tag, listener) {
    const call = this.functions.calledBy(node);
    for (const object of this.functions.literalsOf(node.expression)) {
      this.dispatch.keys(object, tag, listener, node);
      for (const one of call ? object.properties : []) {
        const key = one.name?.getText().replace(/["']/g, "");
        const value = ts.isMethodDeclaration(one) ? one.name : (one.initializer ?? one.name);
        call.arguments.forEach((passed, index) => {
          const carried = this.carriedBy(passed, listener);
          for (const { fn, offset } of this.functions.functionsOf(value)) {
            const parameter = fn.parameters[index + offset];
            if (parameter && carried)
              this.bind(parameter.name, { ...carried, within: [[key]] }, listener);
          }
        });
      }
    }
  }

  /** Whether a callee is a member of a table that is written out: `handlers[name]`, directly or in a variable. */
  isTable(callee) {
    let node = callee;
    if (ts.isIdentifier(node)) node = this.functions.symbolOf(node)?.valueDeclaration?.initializer;
    if (node && ts.isBinaryExpression(node)) node = node.left;
    if (!node || !ts.isElementAccessExpression(this.functions.unwrap(node))) return false;
    return this.functions.literalsOf(this.functions.unwrap(node).expression).length > 0;
  }

  /** The tag of a variable that is passed on, where it is followed already. */
  carriedBy(node, listener) {
    const inner = this.functions.unwrap(node);
    const keys = [...(this.seen.get(inner) ?? this.seen.get(this.functions.symbolOf(inner)) ?? [])];
    const kinds = keys.map((one) => one.split("|")).filter(([id]) => id === String(listener.id));
    const kind = ["payload", "text", "frame"].find((one) =>
      kinds.some((found) => found[1] === one),
    );
    return kind ? { kind, path: [], within: [] } : null;
  }

  binary(parent, node, tag, listener) {
    const { SyntaxKind } = ts;
    const operator = parent.operatorToken.kind;
    const isLeft = parent.left === node;
    if (operator === SyntaxKind.EqualsToken) {
      if (isLeft) return;
      const target = this.functions.unwrap(parent.left);
      if (ts.isIdentifier(target)) return this.track(target, tag, listener);
      if (ts.isPropertyAccessExpression(target)) {
        const isRef = target.name.text === "current" && ts.isIdentifier(target.expression);
        const name = isRef ? target.expression : target.name;
        const kept = isRef
          ? { kind: "record", key: "current", inner: tag, within: tag.within, stack: tag.stack }
          : tag;
        if (tag.kind === "source" || isRef) return this.track(name, kept, listener);
      }
      return this.dispatch.used(node, tag, listener);
    }
    const isEqual = [
      SyntaxKind.EqualsEqualsEqualsToken,
      SyntaxKind.EqualsEqualsToken,
      SyntaxKind.ExclamationEqualsEqualsToken,
      SyntaxKind.ExclamationEqualsToken,
    ].includes(operator);
    if (isEqual)
      return this.dispatch.compared(parent, isLeft ? parent.right : parent.left, tag, listener);
    const isDefault =
      operator === SyntaxKind.QuestionQuestionToken || operator === SyntaxKind.BarBarToken;
    if (isDefault || (operator === SyntaxKind.AmpersandAmpersandToken && !isLeft)) {
      return this.use(parent, tag, listener);
    }
    if (operator === SyntaxKind.PlusEqualsToken && !isLeft && tag.kind === "text") {
      const target = this.functions.unwrap(parent.left);
      if (ts.isIdentifier(target)) this.track(target, tag, listener);
    }
    if (operator === SyntaxKind.PlusToken) {
      if (tag.kind === "text") this.use(parent, tag, listener);
      else this.dispatch.used(node, tag, listener);
    }
  }
}
