/** Who calls a function: direct calls, and `mutate(…)` for the function of a mutation of TanStack Query. */

const MUTATES = new Set(["mutate", "mutateAsync"]);

export class Callers {
  constructor(scope, functions, sources) {
    this.scope = scope;
    this.ts = scope.ts;
    this.functions = functions;
    this.calls = new Map(); // by the last name of the callee
    this.mutations = []; // calls such as useMutation({ mutationFn })
    this.renamed = new Set(); // names that mutate has where it is destructured
    this.found = new Map();
    for (const file of sources) this.index(file);
  }

  index(node) {
    const { ts } = this;
    if (ts.isCallExpression(node)) {
      const callee = this.scope.strip(node.expression);
      const name = ts.isPropertyAccessExpression(callee) ? callee.name.text : callee.text;
      if (name !== undefined) {
        if (!this.calls.has(name)) this.calls.set(name, []);
        this.calls.get(name).push(node);
        if (/^(use|create)\w*Mutation$/.test(name)) this.mutations.push(node);
      }
    } else if (ts.isBindingElement(node) && ts.isIdentifier(node.name)) {
      const key = node.propertyName?.text ?? node.name.text;
      if (MUTATES.has(key)) this.renamed.add(node.name.text);
    }
    ts.forEachChild(node, (one) => this.index(one));
  }

  /** The calls that run a function. */
  of(owner) {
    if (!this.found.has(owner)) {
      const direct = (this.calls.get(this.nameOf(owner)) ?? []).filter(
        (call) => this.functions.calledFunction(call) === owner,
      );
      this.found.set(owner, [...direct, ...this.mutating(owner)]);
    }
    return this.found.get(owner);
  }

  nameOf(owner) {
    const { ts } = this;
    if (owner.name !== undefined) return owner.name.text;
    const holder = ts.findAncestor(
      owner.parent,
      (one) =>
        ts.isVariableDeclaration(one) ||
        ts.isPropertyAssignment(one) ||
        ts.isPropertyDeclaration(one) ||
        ts.isStatement(one),
    );
    return holder?.name?.text;
  }

  mutating(owner) {
    const hooks = this.mutations.filter((call) => this.mutationFunction(call) === owner);
    if (hooks.length === 0) return [];
    const names = new Set([...MUTATES, ...this.renamed]);
    const candidates = [...names].flatMap((name) => this.calls.get(name) ?? []);
    return candidates.filter((call) => hooks.includes(this.mutationOf(call)));
  }

  mutationFunction(call) {
    const [options] = call.arguments;
    if (options === undefined) return null;
    const first = this.scope.strip(options);
    if (this.functions.isFunction(first)) return first;
    return this.optionOf(options, "mutationFn");
  }

  /** The function that options have under a name, also options that a function builds, as those of generated clients. */
  optionOf(options, name, depth = 3) {
    const { ts } = this;
    const value = this.scope.reduce(options);
    if (value.kind !== "node" || depth === 0) return null;
    const own = this.scope.property(value, name);
    if (own.kind === "node" && this.functions.isFunction(own.node)) return own.node;
    const inner = ts.isObjectLiteralExpression(value.node)
      ? value.node.properties
          .filter((one) => ts.isSpreadAssignment(one))
          .map((one) => one.expression)
      : ts.isCallExpression(value.node)
        ? this.functions.returned(this.functions.calledFunction(value.node) ?? {})
        : [];
    const found = inner.map((one) => this.optionOf(one, name, depth - 1));
    return found.find((one) => one !== null) ?? null;
  }

  /** The call of useMutation whose mutation a call starts. */
  mutationOf(call) {
    const { ts } = this;
    const callee = this.scope.strip(call.expression);
    if (ts.isPropertyAccessExpression(callee)) return this.hookOf(callee.expression);
    const declaration = this.scope.symbolOf(callee)?.valueDeclaration;
    if (!declaration || !ts.isBindingElement(declaration)) return null;
    const key = declaration.propertyName?.text ?? declaration.name.text;
    const variable = declaration.parent.parent;
    if (!MUTATES.has(key) || !ts.isVariableDeclaration(variable) || !variable.initializer)
      return null;
    return this.hookOf(variable.initializer);
  }

  hookOf(expression, depth = 4) {
    const value = this.scope.reduce(expression);
    if (depth === 0 || value.kind !== "node" || !this.ts.isCallExpression(value.node)) return null;
    if (this.mutations.includes(value.node)) return value.node;
    const hook = this.functions.calledFunction(value.node);
    if (hook === undefined) return null;
    for (const one of this.functions.returned(hook)) {
      const found = this.hookOf(one, depth - 1);
      if (found !== null) return found;
    }
    return null;
  }
}
