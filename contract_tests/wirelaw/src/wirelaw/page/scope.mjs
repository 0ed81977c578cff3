/**
 * What an expression stands for: constants over modules, members of object literals, and parameters that a caller binds.
 *
 * A value is `{ kind: "absent" }` (certainly undefined), `{ kind: "unknown" }`, or `{ kind: "node", node, env }` with
 * `parameter` where the node is a parameter that no caller has bound. An `env` maps the declarations of parameters to
 * the values of a caller's arguments.
 */
import { truthOf } from "./truth.mjs";

export const ABSENT = { kind: "absent" };
export const UNKNOWN = { kind: "unknown" };
export const NO_ENV = new Map();
const DEPTH = 40;

export class Scope {
  constructor({ ts, checker }) {
    this.ts = ts;
    this.checker = checker;
    this.assignments = new Map();
  }

  strip(node) {
    let inner = node;
    while (
      this.ts.isParenthesizedExpression(inner) ||
      this.ts.isAsExpression(inner) ||
      this.ts.isSatisfiesExpression(inner) ||
      this.ts.isNonNullExpression(inner) ||
      this.ts.isTypeAssertionExpression(inner) ||
      this.ts.isAwaitExpression(inner)
    ) {
      inner = inner.expression;
    }
    return inner;
  }

  symbolOf(node) {
    const symbol = this.checker.getSymbolAtLocation(node);
    return symbol !== undefined && symbol.flags & this.ts.SymbolFlags.Alias
      ? this.checker.getAliasedSymbol(symbol)
      : symbol;
  }

  /** Reduces an expression as far as it goes. */
  reduce(expression, env = NO_ENV, depth = DEPTH) {
    if (depth === 0) return UNKNOWN;
    const node = this.strip(expression);
    if (this.ts.isIdentifier(node)) {
      if (node.text === "undefined") return ABSENT;
      return this.declared(this.symbolOf(node), node, env, depth);
    }
    if (this.isMember(node)) return this.member(node, env, depth);
    if (this.ts.isConditionalExpression(node)) {
      const condition = this.truth(node.condition, env, depth - 1);
      if (condition === undefined) return { kind: "node", node, env };
      return this.reduce(condition ? node.whenTrue : node.whenFalse, env, depth - 1);
    }
    if (this.isChoice(node)) {
      const left = this.reduce(node.left, env, depth - 1);
      if (left.kind === "absent") return this.reduce(node.right, env, depth - 1);
      const { kind, node: found } = left;
      const isObject = kind === "node" && this.ts.isObjectLiteralExpression(found);
      if (isObject || (kind === "node" && this.ts.isLiteralExpression(found) && found.text !== ""))
        return left;
    }
    return { kind: "node", node, env };
  }

  isChoice(node) {
    const { QuestionQuestionToken, BarBarToken } = this.ts.SyntaxKind;
    if (!this.ts.isBinaryExpression(node)) return false;
    return [QuestionQuestionToken, BarBarToken].includes(node.operatorToken.kind);
  }

  isMember(node) {
    if (this.ts.isPropertyAccessExpression(node)) return true;
    const isAccess = this.ts.isElementAccessExpression(node);
    return isAccess && this.ts.isStringLiteralLike(node.argumentExpression);
  }

  /** True or false where a condition is certainly that; undefined otherwise. */
  truth(condition, env, depth = DEPTH) {
    return depth <= 0 ? undefined : truthOf(this, this.strip(condition), env, depth);
  }

  declared(symbol, node, env, depth) {
    const declaration = symbol?.valueDeclaration;
    if (declaration === undefined) return { kind: "node", node, env };
    if (this.ts.isParameter(declaration)) return this.bound(declaration, node, env, depth);
    if (this.ts.isBindingElement(declaration))
      return this.destructured(declaration, node, env, depth);
    if (this.ts.isVariableDeclaration(declaration)) {
      const isConstant = (declaration.parent.flags & this.ts.NodeFlags.Const) !== 0;
      if (
        declaration.initializer === undefined ||
        !(isConstant || this.isAssignedOnce(symbol, declaration))
      ) {
        return { kind: "node", node, env };
      }
      return this.reduce(declaration.initializer, env, depth - 1);
    }
    if (
      this.ts.isPropertyAssignment(declaration) ||
      this.ts.isEnumMember(declaration) ||
      this.ts.isPropertyDeclaration(declaration)
    ) {
      const value = declaration.initializer;
      return value === undefined ? { kind: "node", node, env } : this.reduce(value, env, depth - 1);
    }
    if (this.ts.isExportAssignment(declaration))
      return this.reduce(declaration.expression, env, depth - 1);
    if (this.ts.isShorthandPropertyAssignment(declaration)) {
      return this.declared(
        this.checker.getShorthandAssignmentValueSymbol(declaration),
        node,
        env,
        depth - 1,
      );
    }
    return { kind: "node", node: this.ts.isFunctionLike(declaration) ? declaration : node, env };
  }

  bound(declaration, node, env, depth) {
    const value = env.get(declaration);
    if (value === undefined) return { kind: "node", node, env, parameter: declaration };
    if (value.kind === "absent" && declaration.initializer !== undefined) {
      return this.reduce(declaration.initializer, env, depth - 1);
    }
    return value;
  }

  destructured(element, node, env, depth) {
    const pattern = element.parent;
    const owner = pattern.parent;
    const name = element.propertyName ?? element.name;
    if (!this.ts.isObjectBindingPattern(pattern) || !this.ts.isIdentifier(name))
      return { kind: "node", node, env };
    let source = UNKNOWN;
    if (this.ts.isParameter(owner)) source = this.bound(owner, node, env, depth);
    else if (this.ts.isVariableDeclaration(owner) && owner.initializer)
      source = this.reduce(owner.initializer, env, depth - 1);
    if (source.parameter !== undefined)
      return { kind: "node", node, env, parameter: source.parameter };
    // the rest of an object: what was taken out of it is not looked for there
    if (element.dotDotDotToken !== undefined) return source;
    const value = this.property(source, name.text, depth - 1);
    if (value.kind === "absent" && element.initializer)
      return this.reduce(element.initializer, env, depth - 1);
    return value.kind === "unknown" ? { kind: "node", node, env } : value;
  }

  member(node, env, depth) {
    const name = this.ts.isPropertyAccessExpression(node)
      ? node.name.text
      : node.argumentExpression.text;
    const owner = this.reduce(node.expression, env, depth - 1);
    if (owner.kind === "absent") return ABSENT;
    if (owner.parameter !== undefined)
      return { kind: "node", node, env, parameter: owner.parameter };
    if (owner.kind === "node" && this.ts.isObjectLiteralExpression(owner.node)) {
      const value = this.property(owner, name, depth - 1);
      return value.kind === "unknown" ? { kind: "node", node, env } : value;
    }
    return this.declared(
      this.symbolOf(this.ts.isPropertyAccessExpression(node) ? node.name : node),
      node,
      env,
      depth - 1,
    );
  }

  /** The value of a member: absent where an object literal certainly has none, unknown where it may. */
  property(owner, name, depth = DEPTH) {
    if (owner.kind !== "node" || depth <= 0) return owner.kind === "absent" ? ABSENT : UNKNOWN;
    const built = this.functions?.result(owner);
    if (built !== undefined) return this.property(built, name, depth - 4);
    if (!this.ts.isObjectLiteralExpression(owner.node)) {
      const type = this.checker.getTypeAtLocation(owner.node);
      const { Any, Unknown, TypeParameter } = this.ts.TypeFlags;
      const isOpen = (type.flags & (Any | Unknown | TypeParameter)) !== 0;
      if (isOpen || this.checker.getPropertyOfType(type, name) || owner.parameter === undefined)
        return UNKNOWN;
      return type.getStringIndexType() ? UNKNOWN : ABSENT;
    }
    for (const one of [...owner.node.properties].reverse()) {
      if (this.ts.isSpreadAssignment(one)) {
        // the key of a generated query repeats what the options say
        if (/^queryKey\[0\]$/.test(one.expression.getText())) continue;
        const value = this.spread(
          this.reduce(one.expression, owner.env, depth - 1),
          name,
          depth - 1,
        );
        if (value.kind !== "absent") return value;
      } else if (
        one.name &&
        (this.ts.isIdentifier(one.name) || this.ts.isStringLiteralLike(one.name))
      ) {
        if (one.name.text !== name) continue;
        if (this.ts.isPropertyAssignment(one))
          return this.reduce(one.initializer, owner.env, depth - 1);
        if (this.ts.isShorthandPropertyAssignment(one)) {
          const symbol = this.checker.getShorthandAssignmentValueSymbol(one);
          return this.declared(symbol, one.name, owner.env, depth - 1);
        }
        return { kind: "node", node: one, env: owner.env };
      } else {
        return UNKNOWN;
      }
    }
    return ABSENT;
  }

  /** The member that `...(condition ? { … } : {})` or `...(condition && { … })` may add. */
  spread(value, name, depth) {
    if (value.kind !== "node") return value;
    const branches = this.ts.isConditionalExpression(value.node)
      ? [value.node.whenTrue, value.node.whenFalse]
      : this.ts.isBinaryExpression(value.node)
        ? [value.node.right]
        : null;
    if (branches === null) return this.property(value, name, depth);
    const found = branches.map((one) =>
      this.property(this.reduce(one, value.env, depth - 1), name, depth - 1),
    );
    return found.every((one) => one.kind === "absent") ? ABSENT : UNKNOWN;
  }

  /** Whether nothing assigns to a variable again. */
  isAssignedOnce(symbol, declaration) {
    const file = declaration.getSourceFile();
    if (!this.assignments.has(file)) this.assignments.set(file, this.assignedIn(file));
    return !this.assignments.get(file).has(symbol);
  }

  assignedIn(file) {
    const found = new Set();
    const visit = (node) => {
      const isAssignment =
        this.ts.isBinaryExpression(node) &&
        node.operatorToken.kind >= this.ts.SyntaxKind.FirstAssignment &&
        node.operatorToken.kind <= this.ts.SyntaxKind.LastAssignment;
      if (isAssignment && this.ts.isIdentifier(node.left)) found.add(this.symbolOf(node.left));
      this.ts.forEachChild(node, visit);
    };
    visit(file);
    return found;
  }
}
