/** Bounds of fields: the limits of schemas (zod, yup), of inputs, and of forms that register their fields. */
import { calleeOf, nameOf, typeName } from "./literals.mjs";
import ts from "./typescript.mjs";

const LIMITS = { min: "min", gte: "min", max: "max", lte: "max" };
/** What is sent is then another value than the one that is checked. */
const CHANGES = new Set(["transform", "preprocess", "pipe", "codec"]);
const ATTRIBUTES = ["min", "max", "minLength", "maxLength"];

export class Bounds {
  constructor({ checker, placeOf, add }, initials) {
    Object.assign(this, { checker, placeOf, add, initials });
  }

  read(node) {
    if (ts.isJsxOpeningElement(node) || ts.isJsxSelfClosingElement(node)) this.input(node);
    else if (ts.isCallExpression(node)) {
      const isSchema = /^(z|zod|[yY]up)\.object$/.test(node.expression.getText());
      if (isSchema) this.schema(node);
      else if (calleeOf(node) === "register") this.registered(node);
    }
  }

  /** Reads `z.number().min(1).max(9).default(5)` from the outside. */
  chain(node) {
    const found = { bounds: {} };
    let one = node;
    let isText = false;
    while (ts.isCallExpression(one) && ts.isPropertyAccessExpression(one.expression)) {
      const method = one.expression.name.text;
      const value = one.arguments[0] ? this.initials.constant(one.arguments[0]) : null;
      if (method === "default" && value) found.value = value.value;
      else if (LIMITS[method] && typeof value?.value === "number")
        found.bounds[LIMITS[method]] = value.value;
      else if (method === "nonnegative") found.bounds.min = 0;
      else if (CHANGES.has(method)) return null;
      else if (method === "string" || method === "array") isText = true;
      one = one.expression.expression;
    }
    if (!/^(z|zod|[yY]up)(\.coerce)?$/.test(one.getText())) return null;
    if (isText) found.bounds = { minLength: found.bounds.min, maxLength: found.bounds.max };
    return { ...found, at: [this.placeOf(node)], place: this.placeOf(node) };
  }

  schema(node) {
    const [shape] = node.arguments;
    if (!shape || !ts.isObjectLiteralExpression(shape)) return;
    const fields = {};
    for (const one of shape.properties) {
      const name = ts.isPropertyAssignment(one) ? nameOf(one.name) : null;
      const found = name ? this.chain(one.initializer) : null;
      if (found) fields[name] = found;
    }
    const variable = ts.findAncestor(node, (one) => !ts.isExpression(one));
    const name = ts.isVariableDeclaration(variable) ? (nameOf(variable.name) ?? "") : "";
    this.put("schema", node, name, fields);
  }

  /** `<input min={1} max={30} value={config.years}>`, whatever the component is called. */
  input(node) {
    const attributes = {};
    for (const one of node.attributes.properties) {
      if (!ts.isJsxAttribute(one) || !one.initializer) continue;
      const { initializer } = one;
      attributes[one.name.getText()] = ts.isJsxExpression(initializer)
        ? initializer.expression
        : initializer;
    }
    const bounds = this.limits(ATTRIBUTES.map((name) => [name, attributes[name]]));
    const isInput = !/progress|meter|bar$/i.test(node.tagName.getText());
    if (isInput && attributes.value && Object.keys(bounds).length > 0)
      this.shown(node, attributes.value, bounds);
  }

  limits(pairs) {
    const bounds = {};
    for (const [name, expression] of pairs) {
      const value = expression && this.initials.constant(expression)?.value;
      if (value !== "" && !Number.isNaN(Number(value ?? NaN))) bounds[name] = Number(value);
    }
    return bounds;
  }

  /** The field of an input: a member of a type, or the state that it shows. */
  shown(node, value, bounds) {
    const [source, ...others] = new Set(this.initials.sourcesOf(value));
    if (!source || others.length > 0) return;
    const place = this.placeOf(node);
    if (!ts.isPropertyAccessExpression(source)) {
      const fields = {
        [nameOf(source.name)]: { bounds, held: this.placeOf(source), at: [], place },
      };
      this.put("input", node, "", fields);
      return;
    }
    const type = this.checker.getNonNullableType(this.initials.typeOf(source.expression));
    this.member(node, type, source.name.text, bounds);
  }

  member(node, type, name, bounds) {
    const declared = this.checker.getPropertyOfType(type, name)?.declarations ?? [];
    const at = declared.map((one) => this.placeOf(one));
    const fields = { [name]: { bounds, at, place: this.placeOf(node) } };
    if (at.length > 0) this.put("input", node, typeName(type), fields);
  }

  /** `register("years", { min: 1, max: { value: 30, message: "…" } })` of a form whose type is written. */
  registered(node) {
    const [field, rules] = node.arguments;
    const name = field && this.initials.constant(field)?.value;
    if (typeof name !== "string" || !rules || !ts.isObjectLiteralExpression(rules)) return;
    const pairs = rules.properties.filter(ts.isPropertyAssignment).map((one) => {
      const isObject = ts.isObjectLiteralExpression(one.initializer);
      const inner =
        isObject && one.initializer.properties.find((own) => nameOf(own.name) === "value");
      return [nameOf(one.name), isObject ? inner?.initializer : one.initializer];
    });
    const bounds = this.limits(pairs.filter(([own]) => ATTRIBUTES.includes(own)));
    const type = this.initials.formType(node.expression);
    if (type && Object.keys(bounds).length > 0) this.member(node, type, name, bounds);
  }

  put(kind, node, owner, fields) {
    const names = Object.keys(fields);
    const role = kind === "schema" ? "default" : kind;
    this.add({ kind, owner, role, name: owner, names, fields, place: this.placeOf(node) });
  }
}
