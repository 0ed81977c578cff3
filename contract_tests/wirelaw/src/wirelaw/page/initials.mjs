/**
 * What an expression of the page is before a user or an answer changes it: the first value of a state, the default of a
 * parameter, the value after `??`. A constant that is only sent is no default.
 */
import { bindingOf, calleeOf, literalOf, nameOf } from "./literals.mjs";
import { NO_ENV } from "./scope.mjs";
import ts from "./typescript.mjs";

export const DEFAULTS = /default|initial|fallback|empty/i;
const STATES = ["useState", "useRef", "reactive", "ref", "signal", "writable"];
/** Where each of these takes the first value of its state. */
const FIRST = new Map([...STATES.map((name) => [name, 0]), ["useReducer", 1]]);
const CASTS = new Set(["Number", "parseInt", "parseFloat", "String", "Boolean"]);
const ROUNDED = new Set(["round", "floor", "ceil", "trunc"]);
export const COPIES = new Set(["assign", "freeze", "structuredClone"]);
const DEPTH = 6;

/** The field that a node gives a value to, the value, and the type of the object that has the field; null for others. */
export function givenAt(node, checker) {
  if (ts.isPropertyAssignment(node)) {
    const ownerOf = () => checker.getContextualType(node.parent);
    return { name: nameOf(node.name), value: node.initializer, ownerOf };
  }
  if (ts.isBindingElement(node) && node.initializer !== undefined) {
    const ownerOf = () => checker.getTypeAtLocation(node.parent);
    return { name: nameOf(node.propertyName ?? node.name), value: node.initializer, ownerOf };
  }
  if (!isFallback(node) || !ts.isPropertyAccessExpression(node.left)) return null;
  const ownerOf = () => checker.getTypeAtLocation(node.left.expression);
  return { name: node.left.name.text, value: node.right, ownerOf };
}

/** `a ?? b` and `a || b`. */
export function isFallback(node) {
  const { BarBarToken, QuestionQuestionToken } = ts.SyntaxKind;
  if (!ts.isBinaryExpression(node)) return false;
  return [QuestionQuestionToken, BarBarToken].includes(node.operatorToken.kind);
}

/** The expression that a call holds as a state: the argument of `useState`, `useReducer` and their like. */
export function firstOf(call) {
  if (!call || !ts.isCallExpression(call) || !FIRST.has(calleeOf(call))) return null;
  const first = call.arguments[FIRST.get(calleeOf(call))];
  const isLazy = first && ts.isArrowFunction(first) && !ts.isBlock(first.body);
  return (isLazy ? first.body : first) ?? null;
}

export class Initials {
  constructor(scope) {
    this.scope = scope;
    this.checker = scope.checker;
  }

  /** A literal, or a constant that is one, as `{ value }`; null for anything else. */
  constant(node) {
    const { kind, node: found } = this.scope.reduce(node);
    return kind === "node" ? literalOf(found) : null;
  }

  /** What an expression surely starts as, as `{ value }`; null where it has no value from the start. */
  valueOf(expression, depth = DEPTH) {
    if (depth === 0 || !expression) return null;
    const node = this.scope.strip(expression);
    if (isFallback(node)) return this.valueOf(node.left, depth - 1) ?? this.fallback(node);
    if (ts.isCallExpression(node)) return this.castOf(node, depth);
    if (ts.isPropertyAccessExpression(node)) return this.memberOf(node, depth);
    const binding = ts.isIdentifier(node) ? bindingOf(this.checker, node) : null;
    if (!binding) return null;
    if (ts.isParameter(binding)) return binding.initializer && this.constant(binding.initializer);
    const first = firstOf(this.stateAt(binding));
    if (first) return this.constant(first) ?? this.valueOf(first, depth - 1);
    if (ts.isVariableDeclaration(binding) && binding.initializer) {
      const isDefault = DEFAULTS.test(binding.name.text ?? "");
      return isDefault ? this.constant(node) : this.valueOf(binding.initializer, depth - 1);
    }
    const given = givenAt(binding, this.checker);
    return given && ts.isObjectBindingPattern(binding.parent) ? this.constant(given.value) : null;
  }

  castOf(node, depth) {
    const name = calleeOf(node);
    const [first] = CASTS.has(name) ? node.arguments : [];
    const found = this.valueOf(name === "trim" ? node.expression.expression : first, depth - 1);
    // the state of an input is a text
    const number = /^(Number|parse)/.test(name) && found?.value ? Number(found.value) : Number.NaN;
    return Number.isNaN(number) ? found : { value: number };
  }

  fallback(node) {
    const found = this.constant(node.right);
    // `a || false` makes it a boolean, whatever the default is
    return found?.value === false && node.operatorToken.getText() === "||" ? null : found;
  }

  memberOf(node, depth) {
    const name = node.name.text;
    const object = this.objectOf(node.expression, depth - 1);
    if (object === null)
      // useRef and ref
      return /^(current|value)$/.test(name) ? this.valueOf(node.expression, depth - 1) : null;
    const field = this.scope.property({ kind: "node", node: object, env: NO_ENV }, name);
    return field.kind === "node" ? literalOf(field.node) : null;
  }

  /** The object literal that an expression starts as; null where it is not clear, or holds no defaults. */
  objectOf(expression, depth = DEPTH) {
    if (depth <= 0 || !expression) return null;
    const node = this.scope.strip(expression);
    if (ts.isObjectLiteralExpression(node)) return node;
    if (ts.isCallExpression(node) && COPIES.has(calleeOf(node))) {
      const found = node.arguments.map((one) => this.objectOf(one, depth - 1));
      return found.findLast((one) => one?.properties.length > 0) ?? null;
    }
    if (!ts.isIdentifier(node)) return null;
    const binding = bindingOf(this.checker, node);
    const first = binding && firstOf(this.stateAt(binding));
    if (first) return this.objectOf(first, depth - 1);
    const isDefault =
      binding && ts.isVariableDeclaration(binding) && DEFAULTS.test(binding.name.text ?? "");
    return isDefault ? this.objectOf(binding.initializer, depth - 1) : null;
  }

  /** The states and members that a value is taken from as it is: through casts, rounding, choices and constants. */
  sourcesOf(value, depth = DEPTH) {
    const node = this.scope.strip(value);
    const from = (parts) => parts.flatMap((one) => this.sourcesOf(one, depth - 1));
    if (depth === 0) return [];
    if (ts.isPropertyAccessExpression(node)) return [node];
    if (isFallback(node)) return from([node.left, node.right]);
    // what decides is not what is sent, and a slider takes a list
    if (ts.isConditionalExpression(node)) return from([node.whenTrue, node.whenFalse]);
    if (ts.isArrayLiteralExpression(node)) return from(node.elements);
    if (CASTS.has(calleeOf(node)) || ROUNDED.has(calleeOf(node))) return from(node.arguments);
    const binding = ts.isIdentifier(node) ? bindingOf(this.checker, node) : null;
    const start = binding && this.stateAt(binding);
    if (firstOf(start) !== null) return [binding];
    return start && ts.isVariableDeclaration(binding) ? from([start]) : [];
  }

  /** The call that a variable, or the first of the pair of `useState`, gets its value from. */
  stateAt(binding) {
    if (ts.isVariableDeclaration(binding)) return binding.initializer;
    const isFirst =
      ts.isBindingElement(binding) &&
      ts.isArrayBindingPattern(binding.parent) &&
      binding.parent.elements[0] === binding;
    return isFirst ? binding.parent.parent.initializer : null;
  }

  /** The type of the values of a form: `T` of `const { register } = useForm<T>()`, or of `form.register`. */
  formType(callee) {
    const subject = ts.isPropertyAccessExpression(callee) ? callee.expression : callee;
    const binding = ts.isIdentifier(subject) ? bindingOf(this.checker, subject) : null;
    const variable = binding && ts.findAncestor(binding, ts.isVariableDeclaration);
    const call = variable?.initializer;
    const [type] = (call && calleeOf(call) === "useForm" && call.typeArguments) || [];
    return type ? this.checker.getTypeFromTypeNode(type) : null;
  }

  /** The type of an expression; of a state whose library is not installed, that of what it holds. */
  typeOf(expression) {
    const type = this.checker.getTypeAtLocation(expression);
    if (!(type.flags & ts.TypeFlags.Any)) return type;
    if (ts.isPropertyAccessExpression(expression)) {
      const outer = this.checker.getNonNullableType(this.typeOf(expression.expression));
      const member = this.checker.getPropertyOfType(outer, expression.name.text);
      return member ? this.checker.getTypeOfSymbol(member) : type;
    }
    const binding = ts.isIdentifier(expression) ? bindingOf(this.checker, expression) : null;
    const call = binding && this.stateAt(binding);
    const first = firstOf(call);
    if (call?.typeArguments?.[0]) return this.checker.getTypeFromTypeNode(call.typeArguments[0]);
    return first ? this.checker.getTypeAtLocation(first) : type;
  }
}
