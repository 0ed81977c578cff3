/**
 * Defaults and bounds: objects whose fields have a value from the start, schemas of zod, and inputs with bounds. A fact
 * has `kind` (`object`, `schema`, `input`), `owner` (the type or the schema that it is of), `names` of all its fields,
 * and `fields` by name with `value` and `bounds` as far as they are certain.
 */
import { bindingOf, calleeOf, literalOf, nameOf, typeName } from "./literals.mjs";
import ts from "./typescript.mjs";

const DEFAULTS = /default|initial|fallback|empty/i;
const STATES = new Set([
  "useState",
  "useReducer",
  "useRef",
  "reactive",
  "ref",
  "signal",
  "writable",
]);
const SENDERS =
  /^(mutate|mutateAsync|post|put|patch|POST|PUT|PATCH|stringify|request|submit\w*|create\w*|run\w*|start\w*)$/;
const CASTS = new Set(["Number", "parseInt", "parseFloat", "String", "Boolean", "trim"]);

const LIMITS = { min: "min", gte: "min", max: "max", lte: "max", nonnegative: 0, positive: null };
export function openValues(project) {
  const reader = new ValueReader(project);
  return (node) => reader.read(node);
}

class ValueReader {
  constructor({ checker, placeOf, add }) {
    Object.assign(this, { checker, placeOf, add });
  }

  read(node) {
    if (ts.isObjectLiteralExpression(node)) this.object(node);
    else if (ts.isCallExpression(node)) this.schema(node);
    else if (ts.isJsxOpeningElement(node) || ts.isJsxSelfClosingElement(node)) this.input(node);
  }

  /** The value that an expression has before a user or an answer changes it. */
  initialOf(node, depth = 4) {
    if (depth === 0 || !node) return null;
    if (ts.isBinaryExpression(node) && this.isFallback(node)) return literalOf(node.right);
    if (ts.isCallExpression(node) && CASTS.has(calleeOf(node)) && node.arguments[0]) {
      return this.initialOf(node.arguments[0], depth - 1);
    }
    if (!ts.isIdentifier(node)) return null;
    const binding = bindingOf(this.checker, node);
    if (!binding) return null;
    if (ts.isParameter(binding)) return binding.initializer ? literalOf(binding.initializer) : null;
    if (ts.isVariableDeclaration(binding)) return this.variableOf(binding, depth);
    if (!ts.isBindingElement(binding)) return null;
    if (ts.isObjectBindingPattern(binding.parent))
      return binding.initializer ? literalOf(binding.initializer) : null;
    const call = binding.parent.parent.initializer;
    if (binding.parent.elements[0] !== binding || !call || !STATES.has(calleeOf(call))) return null;
    return call.arguments[0] ? literalOf(call.arguments[0]) : null;
  }

  variableOf(binding, depth) {
    const value = binding.initializer;
    if (!value || ts.isObjectLiteralExpression(value)) return null;
    const isDefault = ts.isIdentifier(binding.name) && DEFAULTS.test(binding.name.text);
    return isDefault ? literalOf(value) : this.initialOf(value, depth - 1);
  }

  isFallback(node) {
    return (
      node.operatorToken.kind === ts.SyntaxKind.QuestionQuestionToken ||
      node.operatorToken.kind === ts.SyntaxKind.BarBarToken
    );
  }

  /** Why an object holds defaults, or is sent; null if neither is certain. */
  roleOf(node) {
    let parent = node.parent;
    while (
      ts.isAsExpression(parent) ||
      ts.isParenthesizedExpression(parent) ||
      ts.isSatisfiesExpression?.(parent)
    )
      parent = parent.parent;
    if (ts.isVariableDeclaration(parent) && ts.isIdentifier(parent.name)) {
      return { role: DEFAULTS.test(parent.name.text) ? "default" : "sent", name: parent.name.text };
    }
    if (ts.isPropertyAssignment(parent)) {
      const name = nameOf(parent.name) ?? "";
      if (DEFAULTS.test(name)) return { role: "default", name };
      return name === "body" || name === "params" || name === "data"
        ? { role: "sent", name }
        : null;
    }
    if (!ts.isCallExpression(parent)) return null;
    const callee = calleeOf(parent);
    if (STATES.has(callee)) return { role: "default", name: this.stateName(parent) };
    return SENDERS.test(callee) ? { role: "sent", name: callee } : null;
  }

  stateName(call) {
    const pattern = ts.isVariableDeclaration(call.parent) ? call.parent.name : null;
    const first =
      pattern && ts.isArrayBindingPattern(pattern) ? pattern.elements[0]?.name : pattern;
    return nameOf(first) ?? "state";
  }

  object(node) {
    if (node.properties.length < 2) return;
    const found = this.roleOf(node);
    if (!found) return;
    const fields = {};
    const names = [];
    for (const one of node.properties) {
      if (ts.isSpreadAssignment(one)) continue;
      const name = nameOf(one.name);
      if (!name) return;
      names.push(name);
      const value = ts.isShorthandPropertyAssignment(one) ? one.name : one.initializer;
      const literal = value && found.role === "default" ? literalOf(value) : null;
      const initial = literal ?? this.initialOf(value);
      if (initial) fields[name] = { ...initial, place: this.placeOf(one) };
    }
    if (Object.keys(fields).length === 0) return;
    const owner = typeName(this.checker.getContextualType(node));
    this.add({ kind: "object", owner, ...found, names, fields, place: this.placeOf(node) });
  }

  /** Reads `z.number().min(1).max(9).default(5)` from the outside. */
  chain(node) {
    const found = { bounds: {} };
    let one = node;
    let text = false;
    while (ts.isCallExpression(one) && ts.isPropertyAccessExpression(one.expression)) {
      const method = one.expression.name.text;
      const value = one.arguments[0] ? literalOf(one.arguments[0]) : null;
      if (method === "default" && value) found.value = value.value;
      else if (typeof LIMITS[method] === "string" && typeof value?.value === "number")
        found.bounds[LIMITS[method]] = value.value;
      else if (method === "nonnegative") found.bounds.min = 0;
      else if (method === "string" || method === "array") text = true;
      one = one.expression.expression;
    }
    if (one.getText() !== "z" && one.getText() !== "zod") return null;
    if (text) found.bounds = { minLength: found.bounds.min, maxLength: found.bounds.max };
    return { ...found, place: this.placeOf(node) };
  }

  schema(node) {
    if (calleeOf(node) !== "object" || !/^(z|zod)\.object$/.test(node.expression.getText())) return;
    const [shape] = node.arguments;
    if (!shape || !ts.isObjectLiteralExpression(shape)) return;
    const fields = {};
    for (const one of shape.properties) {
      const name = ts.isPropertyAssignment(one) ? nameOf(one.name) : null;
      const found = name ? this.chain(one.initializer) : null;
      if (found) fields[name] = found;
    }
    const variable =
      node.parent && ts.isVariableDeclaration(node.parent) ? node.parent.name.getText() : "";
    this.add({
      kind: "schema",
      owner: variable,
      role: "default",
      name: variable,
      names: Object.keys(fields),
      fields,
      place: this.placeOf(node),
    });
  }

  /** `<input min={1} max={30} value={config.years}>`, whatever the component is called. */
  input(node) {
    const attributes = {};
    for (const one of node.attributes.properties) {
      if (!ts.isJsxAttribute(one) || !one.initializer) continue;
      attributes[one.name.getText()] = ts.isJsxExpression(one.initializer)
        ? one.initializer.expression
        : one.initializer;
    }
    const bounds = {};
    for (const name of ["min", "max", "minLength", "maxLength"]) {
      const value = attributes[name] && literalOf(attributes[name]);
      if (value && value.value !== "" && !Number.isNaN(Number(value.value)))
        bounds[name] = Number(value.value);
    }
    let subject = attributes.value;
    while (subject && (ts.isCallExpression(subject) || ts.isBinaryExpression(subject))) {
      subject = ts.isCallExpression(subject) ? subject.arguments[0] : subject.left;
    }
    if (Object.keys(bounds).length === 0 || !subject || !ts.isPropertyAccessExpression(subject))
      return;
    const owner = typeName(
      this.checker.getNonNullableType(this.checker.getTypeAtLocation(subject.expression)),
    );
    const name = subject.name.text;
    const fields = { [name]: { bounds, place: this.placeOf(node) } };
    if (owner)
      this.add({
        kind: "input",
        owner,
        role: "input",
        name: owner,
        names: [name],
        fields,
        place: this.placeOf(node),
      });
  }
}
