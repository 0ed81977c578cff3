/** The names that a query string has: of `URLSearchParams`, of `URL.searchParams` and of object literals. */

const ADDS = new Set(["set", "append"]);
const READS = new Set(["toString", "get", "has", "delete", "size", "entries", "keys", "sort"]);

export class Queries {
  constructor(scope) {
    this.scope = scope;
    this.ts = scope.ts;
  }

  /** The query of `new URLSearchParams(…)` itself. */
  of(node) {
    const [first] = node.arguments ?? [];
    if (first === undefined) return query([], false);
    const value = this.scope.strip(first);
    if (this.ts.isStringLiteralLike(value)) {
      return query([...new URLSearchParams(value.text).keys()], false);
    }
    return this.object(value);
  }

  /** The names of an object literal that becomes a query, or those of its type. */
  object(expression, env) {
    const value = this.scope.reduce(expression, env);
    if (value.kind === "absent") return query([], false);
    if (value.kind !== "node") return query([], true);
    const { ts } = this;
    if (!ts.isObjectLiteralExpression(value.node)) return this.typed(value.node);
    const names = [];
    let open = false;
    for (const one of value.node.properties) {
      if (ts.isSpreadAssignment(one)) {
        const inner = this.spread(one.expression, value.env);
        names.push(...inner.names);
        open ||= inner.open;
      } else if (one.name && (ts.isIdentifier(one.name) || ts.isStringLiteralLike(one.name))) {
        names.push(one.name.text);
      } else {
        open = true;
      }
    }
    return query(names, open);
  }

  spread(expression, env) {
    const { ts } = this;
    const node = this.scope.strip(expression);
    const branches = ts.isConditionalExpression(node)
      ? [node.whenTrue, node.whenFalse]
      : ts.isBinaryExpression(node)
        ? [node.right]
        : [node];
    const found = branches.map((one) => this.object(one, env));
    return query(
      found.flatMap((one) => one.names),
      found.some((one) => one.open),
    );
  }

  typed(node) {
    const type = this.scope.checker.getNonNullableType(this.scope.checker.getTypeAtLocation(node));
    const isObject = (type.flags & this.ts.TypeFlags.Object) !== 0;
    const isClosed =
      isObject && !type.getStringIndexType() && type.getCallSignatures().length === 0;
    const members = isClosed ? type.getProperties() : [];
    const isPlain =
      members.length > 0 && members.every(({ flags }) => !(flags & this.ts.SymbolFlags.Method));
    // one type often serves several requests, and each sends some of what is optional
    const required = members.filter(({ flags }) => !(flags & this.ts.SymbolFlags.Optional));
    return isPlain
      ? query(
          required.map(({ name }) => name),
          required.length < members.length,
        )
      : query([], true);
  }

  /** The query that a variable collects, or null where it is none. */
  named(identifier) {
    const { ts } = this;
    const symbol = this.scope.symbolOf(identifier);
    const declaration = symbol?.valueDeclaration;
    if (!declaration || !ts.isVariableDeclaration(declaration) || !declaration.initializer)
      return null;
    const created = this.scope.strip(declaration.initializer);
    if (!ts.isNewExpression(created)) return null;
    const kind = created.expression.getText();
    if (kind !== "URLSearchParams" && kind !== "URL") return null;
    const isUrl = kind === "URL";
    const start = isUrl ? query([], false) : this.of(created);
    const scope = ts.findAncestor(
      declaration,
      (one) => ts.isFunctionLike(one) || ts.isSourceFile(one),
    );
    const uses = this.uses(scope, symbol, isUrl);
    return {
      ...query([...start.names, ...uses.names], start.open || uses.open),
      maybe: uses.maybe,
      isUrl,
    };
  }

  uses(scope, symbol, isUrl) {
    const { ts } = this;
    const names = [];
    const maybe = []; // those that are set on a condition
    let open = false;
    const visit = (node) => {
      ts.forEachChild(node, visit);
      if (!ts.isIdentifier(node) || node.text !== symbol.name) return;
      if (this.scope.symbolOf(node) !== symbol) return;
      const use = isUrl ? this.searchParams(node) : node;
      if (use === null) return;
      const access = use.parent;
      if (ts.isPropertyAccessExpression(access) && access.expression === use) {
        const call = access.parent;
        if (ADDS.has(access.name.text) && ts.isCallExpression(call)) {
          const [name] = call.arguments;
          if (name && ts.isStringLiteralLike(name)) names.push(name.text);
          else open = true;
          if (name && ts.findAncestor(call, ts.isIfStatement)) maybe.push(name.text);
        } else if (!READS.has(access.name.text)) open = true;
      } else if (ts.isCallExpression(access) && access.arguments.includes(use)) {
        open ||= access.expression.getText() !== "String";
      }
    };
    visit(scope);
    return { names, maybe, open };
  }

  searchParams(node) {
    const access = node.parent;
    const isAccess = this.ts.isPropertyAccessExpression(access) && access.expression === node;
    return isAccess && access.name.text === "searchParams" ? access : null;
  }
}

const query = (names, open) => ({ hole: "query", name: "", names: [...new Set(names)], open });
