/**
 * What a call sends and what it takes the answer for: members of literals, of forms and of types.
 *
 * A body is `{ kind, fields, open, literal, type }`: kind is `none`, `object`, `form`, `list` or `unknown`; a body that
 * is `open` may have other fields. A field is `{ name, typed, place, optional }`; `typed` where only a type names it.
 */
const NOTHING = { kind: "none", fields: [], open: false };
export const UNKNOWN_BODY = { kind: "unknown", fields: [], open: true };

export class Bodies {
  constructor(scope, placeOf, queries) {
    this.scope = scope;
    this.ts = scope.ts;
    this.placeOf = placeOf;
    this.queries = queries;
  }

  /** The body that an expression is. */
  of(value) {
    if (value.kind === "absent") return NOTHING;
    if (value.kind !== "node") return UNKNOWN_BODY;
    const { ts } = this;
    const { env } = value;
    const node = this.scope.strip(value.node);
    if (node.kind === ts.SyntaxKind.NullKeyword) return NOTHING;
    if (ts.isCallExpression(node) && node.expression.getText() === "JSON.stringify") {
      const inner = this.scope.reduce(node.arguments[0], env);
      return inner.kind === "absent" ? NOTHING : this.of(inner);
    }
    if (ts.isObjectLiteralExpression(node)) return this.literal(node, env);
    if (ts.isArrayLiteralExpression(node)) return { ...UNKNOWN_BODY, kind: "list" };
    if (ts.isConditionalExpression(node)) return this.either(node, env);
    if (ts.isNewExpression(node)) return this.form(node, value);
    return this.typed(node, value);
  }

  either(node, env) {
    const found = [node.whenTrue, node.whenFalse].map((one) =>
      this.of(this.scope.reduce(one, env)),
    );
    const [sent, other] = found[0].kind === "none" ? [found[1], found[0]] : found;
    return other.kind === "none" ? { ...sent, literal: false, maybe: true } : UNKNOWN_BODY;
  }

  literal(node, env) {
    const { ts } = this;
    const body = { kind: "object", fields: [], open: false, literal: true };
    for (const one of node.properties) {
      if (ts.isSpreadAssignment(one)) {
        const branches = this.branches(one.expression);
        for (const branch of branches) {
          const inner = this.of(this.scope.reduce(branch, env));
          body.fields.push(...inner.fields);
          body.open ||= inner.open;
        }
      } else if (one.name && (ts.isIdentifier(one.name) || ts.isStringLiteralLike(one.name))) {
        body.fields.push({ name: one.name.text, typed: false, place: this.placeOf(one) });
      } else {
        body.open = true;
      }
    }
    return body;
  }

  branches(expression) {
    const { ts } = this;
    const node = this.scope.strip(expression);
    if (ts.isConditionalExpression(node)) return [node.whenTrue, node.whenFalse];
    const isGuarded =
      ts.isBinaryExpression(node) &&
      node.operatorToken.kind === ts.SyntaxKind.AmpersandAmpersandToken;
    return [isGuarded ? node.right : node];
  }

  form(node, value) {
    const kind = node.expression.getText();
    if (kind !== "FormData" && kind !== "URLSearchParams") return UNKNOWN_BODY;
    return { kind: "form", fields: [], open: true, value };
  }

  typed(node, value) {
    const type = this.typeOf(node);
    const fields = this.fieldsOf(type);
    if (fields === null) return { ...UNKNOWN_BODY, parameter: value.parameter };
    const name = this.nameOf(type);
    return {
      kind: "object",
      fields,
      open: false,
      literal: false,
      type: name,
      maybe: isOptional(type),
      parameter: value.parameter,
    };
  }

  /** The type of an expression; of the state of a component the type that it starts with, where React has no types. */
  typeOf(node) {
    const { ts } = this;
    const { checker } = this.scope;
    const type = checker.getTypeAtLocation(node);
    if (!(type.flags & ts.TypeFlags.Any) || !ts.isIdentifier(node)) return type;
    const element = this.scope.symbolOf(node)?.valueDeclaration;
    const call = element && ts.isBindingElement(element) && element.parent.parent.initializer;
    const isState =
      call && ts.isCallExpression(call) && /^(React\.)?useState$/.test(call.expression.getText());
    if (!isState || element.parent.elements[0] !== element) return type;
    const [declared] = call.typeArguments ?? [];
    if (declared) return checker.getTypeFromTypeNode(declared);
    return call.arguments[0] ? checker.getTypeAtLocation(call.arguments[0]) : type;
  }

  /** The members of an object type without others; null for any other type. */
  fieldsOf(declared) {
    const { ts } = this;
    const type = this.scope.checker.getNonNullableType(declared);
    if (!(type.flags & (ts.TypeFlags.Object | ts.TypeFlags.Intersection))) return null;
    if (type.getStringIndexType() || type.getCallSignatures().length > 0) return null;
    if (this.scope.checker.isArrayType(type) || this.scope.checker.isTupleType(type)) return null;
    const members = type.getProperties();
    if (members.length === 0 || !members.every((one) => this.isPlain(one))) return null;
    return members.map((one) => ({
      name: one.name,
      typed: true,
      optional: (one.flags & ts.SymbolFlags.Optional) !== 0,
      place: this.placeOf(one.declarations[0]),
      symbol: one,
    }));
  }

  isPlain(member) {
    const { ts } = this;
    const declaration = member.declarations?.[0];
    if (declaration === undefined) return false;
    return (
      ts.isPropertySignature(declaration) ||
      ts.isPropertyAssignment(declaration) ||
      ts.isShorthandPropertyAssignment(declaration)
    );
  }

  nameOf(declared) {
    const type = this.scope.checker.getNonNullableType(declared);
    const symbol = type.aliasSymbol ?? type.symbol;
    return symbol && !symbol.name.startsWith("__") ? symbol.name : "";
  }

  /** What a type says of an answer: `{ kind, name, fields, place }`; null where it says nothing. */
  answer(declared) {
    const { checker } = this.scope;
    const type = checker.getNonNullableType(declared);
    if (checker.isArrayType(type))
      return { kind: "list", name: checker.typeToString(type), fields: [] };
    const fields = this.fieldsOf(type);
    return fields === null ? null : { kind: "object", name: this.nameOf(type), fields };
  }
}

const isOptional = (type) =>
  type.isUnion?.() && type.types.some((one) => one.intrinsicName === "undefined");

/** A body as JSON: without nodes of the syntax tree. */
export function plain({ kind, fields, open, literal, type, maybe }) {
  return {
    kind,
    fields: fields.map(({ symbol: _, ...one }) => one),
    open,
    literal: literal === true,
    type: type ?? "",
    maybe: maybe === true,
  };
}
