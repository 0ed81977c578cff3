/**
 * What an expression of the page is before a user or an answer changes it: the first value of a state, the default of a
 * parameter, the value after `??`. A constant that is only sent is no default.
 */
import { bindingOf, calleeOf, literalOf, nameOf } from "./literals.mjs";
import ts from "./typescript.mjs";

export const DEFAULTS = /default|initial|fallback|empty/i;
const STATES = ["useState", "useRef", "reactive", "ref", "signal", "writable"];
/** Where each of these takes the first value of its state. */
const FIRST = new Map([...STATES.map((name) => [name, 0]), ["useReducer", 1]]);
const CASTS = new Set(["Number", "parseInt", "parseFloat", "String", "Boolean"]);
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
    if (ts.isCallExpression(node)) {
      const [first] = CASTS.has(calleeOf(node)) ? node.arguments : [];
      const { expression: callee } = node;
      const trimmed = calleeOf(node) === "trim" ? callee.expression : first;
      return this.valueOf(trimmed, depth - 1);
    }
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

  fallback(node) {
    const found = this.constant(node.right);
    // `a || false` makes it a boolean, whatever the default is
    return found?.value === false && node.operatorToken.getText() === "||" ? null : found;
  }

  memberOf(node, depth) {
    const name = node.name.text;
    // useRef and ref
    const binding = ts.isIdentifier(node.expression)
      ? bindingOf(this.checker, node.expression)
      : null;
    if (/^(current|value)$/.test(name) && binding && firstOf(this.stateAt(binding)))
      return this.valueOf(node.expression, depth - 1);
    const object = this.objectOf(node.expression, depth - 1);
    return object && this.fieldOf(object, name, depth - 1);
  }

  fieldOf(object, name, depth) {
    for (const one of [...object.properties].reverse()) {
      if (ts.isSpreadAssignment(one)) {
        const inner = this.objectOf(one.expression, depth - 1);
        const found = inner && this.fieldOf(inner, name, depth - 1);
        if (found || !inner) return found;
      } else if (nameOf(one.name) === name) {
        return ts.isPropertyAssignment(one) ? this.constant(one.initializer) : null;
      }
    }
    return null;
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
    if (!call || !ts.isCallExpression(call) || calleeOf(call) !== "useForm") return null;
    if (call.typeArguments?.[0]) return this.checker.getTypeFromTypeNode(call.typeArguments[0]);
    const options = call.arguments[0] && this.objectOf(call.arguments[0]);
    const values = options?.properties.find((one) => nameOf(one.name) === "defaultValues");
    const value = values && (values.initializer ?? values.name);
    return value ? this.checker.getTypeAtLocation(value) : null;
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
    if (!ts.isIdentifier(expression)) return type;
    const binding = bindingOf(this.checker, expression);
    const call = binding && this.stateAt(binding);
    const first = firstOf(call);
    if (call?.typeArguments?.[0]) return this.checker.getTypeFromTypeNode(call.typeArguments[0]);
    return first ? this.checker.getTypeAtLocation(first) : type;
  }
}
