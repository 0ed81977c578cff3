/**
 * Defaults and bounds: objects whose fields have a value from the start, schemas, and inputs with bounds. A fact has
 * `kind` (`object`, `schema`, `input`), `owner` (the type or the schema that it is of), `name`, `names` of all its
 * fields, and `fields` by name. A field has `value` and `bounds` as far as they are certain, `at` with every place that
 * declares it, `held`, the place of the state that it is taken from, and `sent`, a number that is always sent.
 */
import { Bounds } from "./bounds.mjs";
import { COPIES, DEFAULTS, firstOf, givenAt, Initials } from "./initials.mjs";
import { calleeOf, nameOf, typeName } from "./literals.mjs";
import { Scope } from "./scope.mjs";
import ts from "./typescript.mjs";

const SENDERS =
  /^(mutate|mutateAsync|post|put|patch|POST|PUT|PATCH|stringify|request|submit\w*|create\w*|run\w*|start\w*)$/;
const SENT = new Set(["body", "params", "data", "json"]);

export function openValues(project) {
  const initials = new Initials(new Scope(project));
  const reader = new ValueReader(project, initials);
  const bounds = new Bounds(project, initials);
  return (node) => {
    if (ts.isObjectLiteralExpression(node)) reader.object(node);
    bounds.read(node);
  };
}

class ValueReader {
  constructor({ checker, placeOf, add }, initials) {
    Object.assign(this, { checker, placeOf, add, initials });
  }

  /** Why an object holds defaults (`default`), is sent or passed on; null if none is certain. */
  roleOf(node) {
    const parent = holderOf(node);
    const name = nameOf(parent.name) ?? "";
    if (ts.isVariableDeclaration(parent) && name)
      return { role: DEFAULTS.test(name) ? "default" : "sent", name };
    if (ts.isPropertyAssignment(parent) || ts.isFunctionLike(parent)) {
      if (DEFAULTS.test(name)) return { role: "default", name };
      if (SENT.has(name)) return { role: "sent", name };
      const outer = ts.isPropertyAssignment(parent) ? this.roleOf(parent.parent) : null;
      return outer && { ...outer, name: `${outer.name}.${name}` };
    }
    if (!ts.isCallExpression(parent)) return null;
    if (firstOf(parent) !== null) return { role: "default", name: stateName(parent) };
    const callee = calleeOf(parent);
    // of any other function the calls decide whether it sends
    return { role: SENDERS.test(callee) ? "sent" : "passed", name: callee };
  }

  object(node) {
    const role = this.roleOf(node);
    if (!role) return;
    const type = this.typeAround(node);
    const fields = {};
    const names = [];
    for (const one of node.properties) {
      if (ts.isSpreadAssignment(one)) continue;
      const name = nameOf(one.name);
      if (!name) return;
      names.push(name);
      const value = ts.isShorthandPropertyAssignment(one)
        ? one.name
        : givenAt(one, this.checker)?.value;
      if (!value) continue;
      const found = this.startOf(value, role.role);
      const at = this.placesOf(one, type);
      if (found) fields[name] = { ...found, at, place: this.placeOf(one) };
    }
    if (Object.keys(fields).length === 0) return;
    const owner = typeName(type);
    this.add({ kind: "object", owner, ...role, names, fields, place: this.placeOf(node) });
  }

  /** What a field starts as, the state that holds it, or the number that is always sent; null where none is certain. */
  startOf(value, role) {
    const constant = this.initials.constant(value);
    const initial = (role === "default" && constant) || this.initials.valueOf(value);
    const held = this.heldBy(value);
    if (initial || held) return { ...initial, held };
    return typeof constant?.value === "number" ? { sent: constant.value } : null;
  }

  /** The type that an object has to have; of a hook whose library is not installed, its type argument. */
  typeAround(node) {
    const { checker } = this;
    const type = checker.getContextualType(node);
    if (type && !(type.flags & ts.TypeFlags.Any)) return checker.getNonNullableType(type);
    const holder = holderOf(node);
    if (ts.isPropertyAssignment(holder)) {
      const outer = this.typeAround(holder.parent);
      const member = outer && checker.getPropertyOfType(outer, nameOf(holder.name) ?? "");
      if (member) return checker.getNonNullableType(checker.getTypeOfSymbol(member));
      // useForm<T>({ defaultValues: { … } })
      return DEFAULTS.test(nameOf(holder.name)) ? outer : undefined;
    }
    const [argument] = (ts.isCallExpression(holder) && holder.typeArguments) || [];
    return argument && checker.getTypeFromTypeNode(argument);
  }

  /** Where a field of an object is declared: there, and in the type of the object. */
  placesOf(node, type) {
    const declared = type ? this.checker.getPropertyOfType(type, nameOf(node.name)) : null;
    return [node, ...(declared?.declarations ?? [])].map((one) => this.placeOf(one));
  }

  /** The place of the state that a value is taken from as it is: an input that shows it is one of the field. */
  heldBy(value) {
    const [source, ...others] = new Set(this.initials.sourcesOf(value));
    const isState = source && others.length === 0 && !ts.isPropertyAccessExpression(source);
    return isState ? this.placeOf(source) : undefined;
  }
}

/** What holds an object, around casts, copies and a function that returns it. */
function holderOf(node) {
  let { parent } = node;
  for (;;) {
    const isCopy = ts.isCallExpression(parent) && COPIES.has(calleeOf(parent));
    if (ts.isReturnStatement(parent)) return ts.findAncestor(parent, ts.isFunctionLike);
    if (
      !isCopy &&
      !ts.isAsExpression(parent) &&
      !ts.isParenthesizedExpression(parent) &&
      !ts.isSatisfiesExpression?.(parent) &&
      !ts.isArrowFunction(parent)
    )
      return parent;
    parent = parent.parent;
  }
}

function stateName(call) {
  const pattern = ts.isVariableDeclaration(call.parent) ? call.parent.name : null;
  const first = pattern && ts.isArrayBindingPattern(pattern) ? pattern.elements[0]?.name : pattern;
  return nameOf(first) ?? "state";
}
