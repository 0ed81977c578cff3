/** What one call expects of its answer: members of the types that it takes it for, and members that it reads. */
import { idOf } from "./shapes.mjs";

const DEPTH = 3;
//: fields of errors: a page looks for them in answers of success as well
const ERRORS = /^(errors?|detail|details|err|error_?\w+|statusCode|status_code)$/i;
//: in a choice such as `answer.message || "It failed"`, the reason of a failure
const REASON = /^(message|msg|reason)$/;

export class Expected {
  constructor(scope, bodies, { placeOf }) {
    Object.assign(this, { scope, bodies, placeOf, ts: scope.ts });
    this.found = new Map();
    this.own = new Set(); // fields that the page itself writes
    this.tested = new Set(); // paths of values that may be one thing or another
  }

  all() {
    const rows = [...this.found.values()].filter(
      ({ name, fields }) => name !== "" || !fields.some((one) => this.own.has(one.name)),
    );
    return rows.map(({ scope, ...one }) => {
      const key = `${scope} ${JSON.stringify(one.path)}`;
      const tested = [...this.tested].find((each) => key.startsWith(each));
      return tested === undefined ? one : { ...one, either: tested };
    });
  }

  add(fact) {
    this.found.set(JSON.stringify(fact), fact);
  }

  isOwn(name) {
    this.own.add(name);
  }

  isTested(node, { path }) {
    this.tested.add(`${this.scopeOf(node)} ${JSON.stringify(path).slice(0, -1)}`);
  }

  /** The outermost function around a node: what is tested there is not tested elsewhere. */
  scopeOf(node) {
    let found = node.getSourceFile();
    for (let one = node; one !== undefined; one = one.parent)
      if (this.ts.isFunctionLike(one)) found = one;
    return idOf(found);
  }

  list(node, { path }) {
    if (this.isFailure(node)) return;
    const place = this.placeOf(node);
    const fact = { path, kind: "list", name: "", fields: [], place, either: null };
    this.add({ ...fact, scope: this.scopeOf(node) });
  }

  /** A member that is read of a value without a type. */
  read(node, name, { path }) {
    const owner = this.ts.isBindingElement(node) ? node.parent : node.expression;
    const isTyped = !this.isAny(this.plain(this.scope.checker.getTypeAtLocation(owner)));
    if (isTyped || ERRORS.test(name) || this.isFailure(node)) return;
    // `answer.items || answer`: it may be either
    const choice = this.choice(node);
    const whole = owner.getText().replace(/[?!]/g, "");
    if (choice !== null && (this.operands(choice).includes(whole) || REASON.test(name))) return;
    const place = this.placeOf(node);
    const fields = [{ name, optional: false, place, id: null }];
    const fact = { path, kind: "object", name: "", fields, place, either: this.choiceOf(node) };
    this.add({ ...fact, scope: this.scopeOf(node) });
  }

  /** Whether an expression has a type, or is passed on where one is declared: then it says what is expected. */
  typed(node, { path, inside }) {
    const { checker } = this.scope;
    if (this.isFailure(node)) return true;
    const place = this.typeNodeOf(node);
    const [own] = this.ts.isCallExpression(node) ? (node.typeArguments ?? []) : [];
    const type = this.within(checker.getTypeAtLocation(node), inside);
    const wanted =
      this.isAny(type) && own && inside.length === 0 ? checker.getTypeFromTypeNode(own) : type;
    if (!this.isAny(wanted)) return this.expect(wanted, place, path, node);
    const context = this.ts.isExpression(node) ? checker.getContextualType(node) : undefined;
    if (context === undefined) return false;
    const declared = this.within(context, inside);
    return !this.isAny(declared) && this.expect(declared, place, path, node);
  }

  /** The type of a member of a member. */
  within(type, steps) {
    let found = this.plain(type);
    for (const step of steps) {
      const member = this.isAny(found) ? undefined : found.getProperty(step);
      if (member === undefined) return this.scope.checker.getAnyType();
      found = this.plain(this.scope.checker.getTypeOfSymbol(member));
    }
    return found;
  }

  declared(typeNode, node, { path }) {
    const type = this.plain(this.scope.checker.getTypeFromTypeNode(typeNode));
    return !this.isAny(type) && this.expect(type, typeNode, path, node);
  }

  /** Adds what a type requires; false where more is to be found by following the value. */
  expect(type, place, path, node) {
    if (type.flags & this.ts.TypeFlags.TypeParameter) return false;
    // `Array.isArray(answer) ? answer : answer.items`: it may be either
    const choice = this.choice(node);
    const whole = `${node.getText().replace(/[?!]/g, "")}.`;
    if (choice !== null && this.operands(choice).some((one) => one.startsWith(whole))) return true;
    const common = {
      place: this.placeOf(place),
      either: this.choiceOf(node),
      scope: this.scopeOf(node),
    };
    this.require(type, path, DEPTH, common);
    return !this.isGeneric(type);
  }

  require(declared, path, depth, common) {
    const type = this.plain(declared);
    const answer = this.isOurs(type) ? this.bodies.answer(type) : null;
    if (answer === null || depth === 0) return;
    const { kind, name, fields } = answer;
    const named = fields.map((one) => ({ ...one, id: idOf(one.symbol.declarations[0]) }));
    const plain = named.map(({ symbol: _, ...one }) => one);
    // the first place that names a type is enough
    const key = JSON.stringify([path, kind, name, plain]);
    if (this.found.has(key)) return;
    this.found.set(key, { path, kind, name, fields: plain, ...common });
    const inner =
      kind === "list"
        ? [["[]", this.scope.checker.getTypeArguments(type)[0]]]
        : fields.map((one) => [one.name, this.scope.checker.getTypeOfSymbol(one.symbol)]);
    for (const [step, one] of inner) {
      if (one !== undefined && !path.includes(step))
        this.require(one, [...path, step], depth - 1, common);
    }
  }

  /** A type without null and promises; of several that are no functions, any. */
  plain(declared) {
    const { checker } = this.scope;
    const parts = declared.isUnion() ? declared.types : [declared];
    const { Null, Undefined, Void } = this.ts.TypeFlags;
    const found = new Set();
    for (const part of parts) {
      if (part.flags & (Null | Undefined | Void) || part.getCallSignatures().length > 0) continue;
      const isPromise = /^Promise(Like)?$/.test(part.symbol?.name ?? "");
      found.add(isPromise ? checker.getNonNullableType(checker.getTypeArguments(part)[0]) : part);
    }
    return found.size === 1 ? [...found][0] : checker.getAnyType();
  }

  isAny({ flags }) {
    return (flags & (this.ts.TypeFlags.Any | this.ts.TypeFlags.Unknown)) !== 0;
  }

  isGeneric(type) {
    const inner = [...(type.aliasTypeArguments ?? []), ...(type.resolvedTypeArguments ?? [])];
    const isParameter = ({ flags }) => (flags & this.ts.TypeFlags.TypeParameter) !== 0;
    return inner.some((one) => isParameter(one) || this.isAny(one));
  }

  /** Whether a type is one of the page: those of packages are no shapes of answers. */
  isOurs(type) {
    if (this.scope.checker.isArrayType(type)) return true;
    const [file] = type.symbol?.declarations?.map((one) => one.getSourceFile()) ?? [];
    return (
      file === undefined ||
      !(file.isDeclarationFile && /node_modules|\/lib\.[^/]*$/.test(file.fileName))
    );
  }

  /** Where the type of an expression is written, if anywhere near. */
  typeNodeOf(node) {
    const { ts } = this;
    if (ts.isAsExpression(node) || ts.isTypeAssertionExpression(node)) return node.type;
    if (ts.isCallExpression(node) && node.typeArguments?.[0]) return node.typeArguments[0];
    const { parent } = node;
    if (ts.isVariableDeclaration(parent) && parent.type) return parent.type;
    const isReturned = ts.isReturnStatement(parent) || ts.isArrowFunction(parent);
    const owner = isReturned ? ts.findAncestor(parent, ts.isFunctionLike) : undefined;
    return owner?.type ?? node;
  }

  choiceOf(node) {
    const found = this.choice(node);
    return found === null ? null : idOf(found);
  }

  /** The choice that a read is one part of: `data.items ?? data.results`. */
  choice(node) {
    const { ts } = this;
    let found = null;
    for (let one = node.parent; one !== undefined; one = one.parent) {
      if (ts.isStatement(one) || ts.isFunctionLike(one) || ts.isJsxExpression(one)) break;
      if (this.isChoice(one)) found = one;
    }
    return found;
  }

  isChoice(node) {
    const isBinary = this.ts.isBinaryExpression(node);
    if (isBinary) return /^(\|\||\?\?)$/.test(node.operatorToken.getText());
    return this.ts.isConditionalExpression(node);
  }

  operands(node) {
    const inner = this.scope.strip(node);
    if (!this.isChoice(inner)) return [inner.getText().replace(/[?!]/g, "")];
    const { left, right, whenTrue, whenFalse } = inner;
    return [left ?? whenTrue, right ?? whenFalse].flatMap((one) => this.operands(one));
  }

  /** Whether code runs because the request failed. */
  isFailure(node) {
    const { ts } = this;
    return (
      ts.findAncestor(node, (one) => {
        if (ts.isFunctionLike(one)) return "quit";
        if (ts.isCatchClause(one) || ts.isThrowStatement(one)) return true;
        if (!ts.isIfStatement(one)) return false;
        const text = one.expression.getText();
        const isInElse = one.elseStatement?.pos <= node.pos && node.end <= one.elseStatement?.end;
        const isInThen = one.thenStatement.pos <= node.pos && node.end <= one.thenStatement.end;
        if (isInElse) return /\.ok\b/.test(text) && !/!/.test(text);
        return (
          isInThen &&
          (/!\s*[\w.?]+\.ok\b|\.ok\s*===\s*false/.test(text) ||
            /status\w*\s*(>=|!==|===\s*[45])/.test(text))
        );
      }) !== undefined
    );
  }
}
