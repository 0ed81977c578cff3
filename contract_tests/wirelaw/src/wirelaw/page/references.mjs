/** Where variables are used, without their declarations. */
export class References {
  constructor(scope) {
    this.scope = scope;
    this.ts = scope.ts;
    this.found = new Map(); // identifiers of a function by their text
  }

  of(name) {
    const { ts } = this;
    const owner = ts.findAncestor(name.parent, ts.isFunctionLike) ?? name.getSourceFile();
    if (!this.found.has(owner)) {
      const found = new Map();
      const visit = (node) => {
        if (ts.isIdentifier(node)) {
          if (!found.has(node.text)) found.set(node.text, []);
          found.get(node.text).push(node);
        }
        ts.forEachChild(node, visit);
      };
      visit(owner);
      this.found.set(owner, found);
    }
    const symbol = this.scope.symbolOf(name);
    const named = this.found.get(owner).get(name.text) ?? [];
    return named.filter((one) => one !== name && this.scope.symbolOf(one) === symbol);
  }
}
