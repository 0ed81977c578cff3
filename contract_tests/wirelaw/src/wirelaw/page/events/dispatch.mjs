/** What the page does with the name and the fields of an event: branches, tables, reads. It writes them into the listener. */

import ts from "../typescript.mjs";
import { Branches } from "./branches.mjs";

export class Dispatch extends Branches {
  at(tag) {
    return tag.kind === "name" ? "" : tag.path.join(".");
  }

  isWord(tag) {
    return tag.kind === "name" || (tag.kind === "payload" && tag.path.length > 0);
  }

  word(listener, tag, text, node, isWeak = false) {
    listener.words.push({
      at: this.at(tag),
      word: text,
      place: this.placeOf(node),
      weak: isWeak,
      within: tag.within,
    });
  }

  compared(parent, other, tag, listener) {
    if (!this.isWord(tag)) return;
    const isWeak = ts.isConditionalExpression(parent.parent) && parent.parent.condition === parent;
    for (const text of this.textsOf(other)) this.word(listener, tag, text, other, isWeak);
    const last = this.isUnequal(parent)
      ? this.branchOfOthers(parent)
      : this.lastBranch(parent, tag);
    if (last) listener.defaults.push({ at: this.at(tag), place: this.placeOf(last) });
  }

  /** What runs for every other word: `if (name !== "a") show(data)`; null where that only leaves. */
  branchOfOthers(comparison) {
    let node = comparison;
    while (ts.isBinaryExpression(node.parent) || ts.isParenthesizedExpression(node.parent))
      node = node.parent;
    const { parent } = node;
    if (!ts.isIfStatement(parent) || parent.expression !== node) return null;
    const { thenStatement } = parent;
    return this.isTrivial([thenStatement]) ? null : thenStatement;
  }

  /** The final `else` of a chain over one value, where it does something. */
  lastBranch(condition, tag) {
    let statement = condition.parent;
    while (statement && !ts.isStatement(statement)) statement = statement.parent;
    if (
      !statement ||
      !ts.isIfStatement(statement) ||
      !this.contains(statement.expression, condition)
    )
      return null;
    const subject = this.lastStep(this.at(tag));
    while (statement.elseStatement && ts.isIfStatement(statement.elseStatement)) {
      statement = statement.elseStatement;
      if (!statement.expression.getText().includes(subject)) return null;
    }
    const last = statement.elseStatement;
    return last && !this.isTrivial(ts.isBlock(last) ? last.statements : [last]) ? last : null;
  }

  lastStep(path) {
    return path.slice(path.lastIndexOf(".") + 1);
  }

  contains(outer, inner) {
    return outer.pos <= inner.pos && inner.end <= outer.end;
  }

  cases(statement, tag, listener) {
    if (!this.isWord(tag)) return;
    for (const clause of statement.caseBlock.clauses) {
      if (ts.isDefaultClause(clause)) {
        if (!this.isTrivial(clause.statements))
          listener.defaults.push({ at: this.at(tag), place: this.placeOf(clause) });
      } else {
        for (const text of this.textsOf(clause.expression))
          this.word(listener, tag, text, clause.expression);
      }
    }
  }

  /** A table that is read by the name: its keys. */
  keys(object, tag, listener, node) {
    if (!this.isWord(tag)) return;
    for (const one of object.properties) {
      if (!one.name) continue;
      const texts = ts.isComputedPropertyName(one.name)
        ? this.textsOf(one.name.expression)
        : [one.name.getText().replace(/["']/g, "")];
      for (const text of texts) this.word(listener, tag, text, one);
    }
    const { parent } = node;
    const hasFallback =
      ts.isBinaryExpression(parent) && parent.left === node && !this.isInert(parent.right);
    if (hasFallback) listener.defaults.push({ at: this.at(tag), place: this.placeOf(parent) });
  }

  included(list, call, tag, listener) {
    if (!this.isWord(tag)) return;
    const texts = this.elementsOf(list);
    for (const { text, node } of texts) this.word(listener, tag, text, node, true);
    if (!texts.length) this.used(call, tag, listener);
  }

  /** The names of `addEventListener`: a literal, a constant, or the variable of a loop over a table. */
  subscribed(call, listener) {
    const [name] = call.arguments;
    if (!name) return [];
    let found = this.textsOf(name).map((text) => ({ text, node: name }));
    const looped = this.loopOf(name);
    if (looped) {
      const listed = this.elementsOf(looped);
      if (listed.length) found = listed;
    }
    if (!found.length) listener.isOpen = true;
    for (const { text, node } of found) {
      listener.words.push({
        at: "",
        word: text,
        place: this.placeOf(node),
        weak: false,
        within: [],
      });
    }
    listener.isSubscribed = true;
    return found.map(({ text }) => text);
  }

  read(node, tag, listener, fallback) {
    const { parent } = node;
    const isDefault =
      ts.isBinaryExpression(parent) &&
      parent.left === node &&
      [ts.SyntaxKind.QuestionQuestionToken, ts.SyntaxKind.BarBarToken].includes(
        parent.operatorToken.kind,
      );
    const value = fallback ?? (isDefault ? parent.right : null);
    listener.reads.push({
      path: tag.path.join("."),
      within: this.narrowed(tag, node).within,
      place: this.placeOf(node),
      fallback:
        value && ts.isLiteralExpression(this.functions.unwrap(value))
          ? this.functions.unwrap(value).getText()
          : null,
      tested: this.isTested(node),
    });
  }

  /** Whether a read only asks whether the field is there. */
  isTested(node) {
    const { parent } = node;
    return (
      ts.isIfStatement(parent) ||
      ts.isPrefixUnaryExpression(parent) ||
      ts.isTypeOfExpression(parent) ||
      (ts.isConditionalExpression(parent) && parent.condition === node) ||
      (ts.isBinaryExpression(parent) &&
        parent.operatorToken.kind === ts.SyntaxKind.AmpersandAmpersandToken)
    );
  }

  /** A value is used in another way than by comparing it. */
  used(node, tag, listener) {
    if (tag.kind === "record") return this.used(node, tag.inner, listener);
    if (tag.kind === "source") return;
    const isWhole = tag.kind === "frame" || (tag.kind === "payload" && tag.path.length === 0);
    const kept = tag.kind === "text" ? "text" : this.at(tag);
    const path = isWhole ? "*" : kept;
    listener.generic.push({
      at: path,
      place: this.placeOf(node),
      within: this.narrowed(tag, node).within,
    });
  }

  /** A value is passed to a function that is not found. */
  escaped(_call, node, tag, listener) {
    if (tag.kind === "text") listener.isOpaque ||= tag.within.length === 0;
    this.used(node, tag, listener);
  }

  prefix(call, tag, listener) {
    if (!this.isWord(tag)) return;
    for (const text of this.textsOf(call.arguments[0])) {
      listener.words.push({
        at: this.at(tag),
        word: `${text}*`,
        place: this.placeOf(call),
        weak: true,
        within: [],
      });
    }
  }

  /** The listener of errors: does it look for data of the service? */
  failed(fn, place, listener) {
    listener.onerror ??= { place, readsData: /\bdata\b/.test(fn.body?.getText() ?? "") };
    if (/\bdata\b/.test(fn.body?.getText() ?? "")) listener.onerror.readsData = true;
  }
}
