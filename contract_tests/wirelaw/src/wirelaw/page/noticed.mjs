/** What a page does to all of its answers: interceptors that unwrap them, other names of fields, fields of its own. */
export class Noticed {
  constructor(scope, functions) {
    this.scope = scope;
    this.functions = functions;
    /** Where interceptors leave the JSON of every answer of axios; null where that is not understood. */
    this.unwrapped = ["data"];
    this.written = new Set();
    this.converts = false;
  }

  visit(node) {
    const { ts } = this.scope;
    if (ts.isIdentifier(node)) this.converts ||= /camel/i.test(node.text);
    if (ts.isPropertyAssignment(node) || ts.isShorthandPropertyAssignment(node))
      this.written.add(node.name.getText());
    if (ts.isCallExpression(node)) this.intercept(node);
  }

  facts() {
    return { converts: this.converts, written: [...this.written].sort() };
  }

  /** `api.interceptors.response.use((response) => response.data)` */
  intercept(node) {
    if (!/\binterceptors\.response\.use$/.test(node.expression.getText())) return;
    const handler = node.arguments[0] && this.scope.reduce(node.arguments[0]);
    if (handler?.kind !== "node" || !this.functions.isFunction(handler.node)) return;
    const [parameter] = handler.node.parameters;
    const returned = this.functions.returned(handler.node);
    const found = returned.map((one) => this.scope.strip(one).getText());
    const name = parameter?.name.getText();
    if (found.every((one) => one === name)) return;
    this.unwrapped = found.every((one) => one === `${name}.data`) ? [] : null;
  }
}
