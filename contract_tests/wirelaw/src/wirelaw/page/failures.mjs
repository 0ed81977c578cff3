/**
 * Where the page reads the body of a failed answer: `{ kind: "failure", place, reads, escapes, loose, sinks }`. `escapes`
 * where the body is passed on whole, so that something else may read it; `loose` where any of the requests may have failed. A body is the JSON of a refused response, what axios
 * and generated clients put into the errors that they throw, or the `error` that a generated client returns.
 */
import { isRefused, jsonCalls } from "./responses.mjs";

const ERROR = /^(e|ex|err|error|exception|reason|\w*(Err|Error))$/;
/** Members of text and of lists, which no body of an error has as fields. */
const BUILT_IN = /^(length|map|join|slice|includes|toString|trim|text|forEach|filter|toUpperCase)$/;
const DEPTH = 3;

export function readFailures(scope, functions, callers, sinks, project) {
  const reader = new Failures(scope, functions, callers, sinks, project);
  return project.sources.flatMap((file) => reader.inFile(file));
}

class Failures {
  constructor(scope, functions, callers, sinks, { placeOf }) {
    Object.assign(this, { scope, functions, callers, placeOf, ts: scope.ts });
    this.sinks = new Map(sinks.map((sink) => [sink.node, sink]));
    this.thrown = sinks.filter(
      ({ isAxios, client, generated, isTyped }) =>
        isAxios || client?.library === "axios" || (generated && !isTyped),
    );
    this.owned = new Map();
    for (const { node } of sinks) {
      const owner = this.ownerOf(node);
      this.owned.set(owner, [...(this.owned.get(owner) ?? []), node]);
    }
  }

  ownerOf(node) {
    return this.ts.findAncestor(node.parent, (one) => this.ts.isFunctionLike(one));
  }

  inFile(file) {
    const found = [...this.ofResponses(file), ...this.ofErrors(file)];
    return found.filter(({ reads, sinks }) => reads.length > 0 && sinks.length > 0);
  }

  /** `response.json()` of a refused response; where it is parsed before, only what is read after the refusal counts. */
  ofResponses(file) {
    const { ts } = this;
    return jsonCalls(ts, file).flatMap((node) => {
      const owner = this.ownerOf(node);
      if (owner === undefined) return [];
      const isOwn = isRefused(ts, node, owner) || this.isReader(owner);
      const response = node.expression.expression.getText();
      const isCounted = (one) => isOwn || isRefused(ts, one, owner, response);
      const use = this.use(node, isCounted);
      return use === null ? [] : [this.fact([use], this.sinksOf(owner))];
    });
  }

  /** A function that turns a refused response into an error. */
  isReader(owner) {
    const isNamed = /err|fail|problem/i.test(this.callers.nameOf(owner) ?? "");
    return isNamed && owner.parameters.some((one) => /response|\bres\b/i.test(one.getText()));
  }

  sinksOf(owner) {
    const own = this.owned.get(owner);
    return (
      own ?? this.callers.of(owner).flatMap((call) => this.owned.get(this.ownerOf(call)) ?? [])
    );
  }

  /** `error.response.data` of axios, `error.body` of generated clients, and `{ error } = await createJob(…)`. */
  ofErrors(file) {
    const { ts } = this;
    const groups = new Map(); // what one function reads counts together
    const visit = (node) => {
      ts.forEachChild(node, visit);
      const sinks = this.bodySinks(node);
      if (sinks.length === 0) return;
      const use = ts.isBindingElement(node) ? this.uses(node) : this.use(node);
      const owner = this.ownerOf(node) ?? file;
      if (use === null) return;
      const isLoose = !ts.isBindingElement(node) && this.attemptOf(node) === undefined;
      const group = groups.get(owner) ?? { uses: [], sinks, isLoose };
      groups.set(owner, { ...group, uses: [...group.uses, use] });
    };
    visit(file);
    return [...groups.values()].map((one) => this.fact(one.uses, one.sinks, one.isLoose));
  }

  /** The requests whose error has a node as its body; none where a node is no such body. */
  bodySinks(node) {
    const { ts } = this;
    if (ts.isBindingElement(node) && ts.isObjectBindingPattern(node.parent)) {
      const name = (node.propertyName ?? node.name).getText();
      const call = node.parent.parent.initializer;
      if (name !== "error" || call === undefined || !ts.isIdentifier(node.name)) return [];
      return this.under(call).filter((one) => this.sinks.get(one).generated);
    }
    if (!ts.isPropertyAccessExpression(node)) return [];
    const inner = this.scope.strip(node.expression);
    const isAxios =
      node.name.text === "data" &&
      ts.isPropertyAccessExpression(inner) &&
      inner.name.text === "response";
    const root = this.scope.strip(isAxios ? inner.expression : inner);
    const isBody = isAxios || node.name.text === "body";
    if (!isBody || !ts.isIdentifier(root) || !ERROR.test(root.text)) return [];
    const attempt = this.attemptOf(node);
    const sent = attempt ? this.under(attempt) : this.thrown.map((one) => one.node);
    return sent.filter((one) => this.thrown.includes(this.sinks.get(one)));
  }

  /** What failed: the block before `catch`, or what `.catch(…)` is called on. */
  attemptOf(node) {
    const { ts } = this;
    const owner = this.ownerOf(node);
    const clause = ts.findAncestor(node, (one) => (one === owner ? "quit" : ts.isCatchClause(one)));
    const call = owner?.parent;
    const isCatch =
      call && ts.isCallExpression(call) && call.expression.name?.text === "catch"
        ? call
        : undefined;
    return clause?.parent.tryBlock ?? isCatch?.expression.expression;
  }

  /** The requests that a node sends, also in functions that it calls. */
  under(root, depth = DEPTH) {
    const { ts } = this;
    const found = [];
    const visit = (node) => {
      if (this.sinks.has(node)) found.push(node);
      else if (ts.isCallExpression(node) && depth > 0) {
        const inner = this.functions.calledFunction(node);
        if (inner !== undefined) found.push(...this.under(inner.body, depth - 1));
      }
      ts.forEachChild(node, visit);
    };
    visit(root);
    return [...new Set(found)];
  }

  fact(uses, sinks, isLoose = false) {
    const reads = uses.flatMap((one) => one.reads).filter((name) => !BUILT_IN.test(name));
    const { place } = uses.find((one) => one.reads.length > 0) ?? uses[0];
    return {
      kind: "failure",
      place,
      reads: [...new Set(reads)],
      escapes: uses.some((one) => one.escapes),
      loose: isLoose,
      sinks: sinks.map((node) => this.placeOf(node)),
    };
  }

  /** What is read of the value of an expression, and of the variable or the parameter that it becomes. */
  use(expression, isCounted = () => true) {
    const { ts } = this;
    let node = expression.parent;
    let value = expression;
    for (; !ts.isVariableDeclaration(node); value = node, node = node.parent) {
      if (ts.isPropertyAccessExpression(node) && node.name.text !== "catch") {
        if (node.name.text === "then" || !isCounted(node)) return null;
        return { reads: [node.name.text], escapes: false, place: this.placeOf(node) };
      }
      const isPassed =
        ts.isAwaitExpression(node) ||
        ts.isParenthesizedExpression(node) ||
        ts.isAsExpression(node) ||
        ts.isConditionalExpression(node) ||
        (ts.isBinaryExpression(node) && this.scope.isChoice(node) && node.left === value) ||
        ts.isPropertyAccessExpression(node) ||
        (ts.isCallExpression(node) && !node.arguments.includes(value));
      if (!isPassed) return null;
    }
    return this.declared(node, isCounted);
  }

  declared(declaration, isCounted) {
    if (!this.ts.isObjectBindingPattern(declaration.name)) return this.uses(declaration, isCounted);
    const names = declaration.name.elements.map((one) => (one.propertyName ?? one.name).getText());
    return {
      reads: isCounted(declaration) ? names : [],
      escapes: false,
      place: this.placeOf(declaration),
    };
  }

  uses(declaration, isCounted = () => true, depth = DEPTH) {
    const { ts } = this;
    const name = declaration.name;
    const symbol = this.scope.symbolOf(name);
    const found = { reads: [], escapes: false, place: null };
    const add = ({ reads, escapes, place }) => {
      found.reads.push(...reads);
      found.escapes ||= escapes;
      if (reads.length > 0) found.place ??= place;
    };
    const visit = (node) => {
      ts.forEachChild(node, visit);
      if (!ts.isIdentifier(node) || node === name || node.text !== name.text) return;
      if (this.scope.symbolOf(node) === symbol && isCounted(node)) add(this.useOf(node, depth));
    };
    visit(this.ownerOf(declaration) ?? declaration.getSourceFile());
    return { ...found, place: found.place ?? this.placeOf(declaration) };
  }

  /** What one mention of a body reads. */
  useOf(node, depth) {
    const { ts } = this;
    let value = node;
    while (ts.isAsExpression(value.parent) || ts.isParenthesizedExpression(value.parent)) {
      value = value.parent;
    }
    const { parent } = value;
    const read = (names) => ({ reads: names, escapes: false, place: this.placeOf(parent) });
    if (ts.isPropertyAccessExpression(parent)) return read([parent.name.text]);
    if (ts.isElementAccessExpression(parent) && ts.isStringLiteralLike(parent.argumentExpression)) {
      return read([parent.argumentExpression.text]);
    }
    if (ts.isVariableDeclaration(parent) && ts.isObjectBindingPattern(parent.name)) {
      return read(parent.name.elements.map((one) => (one.propertyName ?? one.name).getText()));
    }
    if (ts.isCallExpression(parent) && parent.arguments.includes(value) && depth > 0) {
      const inner = this.functions.calledFunction(parent);
      const parameter = inner?.parameters[parent.arguments.indexOf(value)];
      if (parameter && ts.isIdentifier(parameter.name)) {
        return this.uses(parameter, () => true, depth - 1);
      }
    }
    return { ...read([]), escapes: !this.isTest(value) };
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
