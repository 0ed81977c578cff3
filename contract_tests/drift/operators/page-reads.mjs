/** Where the page reads a field of the wire, and the value of each read. */
import { isNoRead } from "../../wirelaw/src/wirelaw/page/no-reads.mjs";
import { nameOf, partsOf, ts, usesOf, wireNames } from "./page-sources.mjs";

/**
 * Every read of a field.
 *
 * @returns of each the node, the name of the field, the fields of the wire (several where the
 *   value is one of several types), and `values`: the expressions that are the value that was read
 */
export function readsOf(page) {
  return page.nodes.flatMap((node) => readOf(node, page) ?? []);
}

function readOf(node, page) {
  const { checker } = page;
  if (ts.isPropertyAccessExpression(node) && !isNoRead(node)) {
    const fields = wireNames(checker.getSymbolAtLocation(node.name));
    return oneRead(node, node.name.text, fields, [node]);
  }
  if (ts.isElementAccessExpression(node) && ts.isStringLiteralLike(node.argumentExpression)) {
    const { text } = node.argumentExpression;
    const fields = named(checker.getTypeAtLocation(node.expression), text, checker);
    return isNoRead(node) ? null : oneRead(node, text, fields, [node]);
  }
  if (ts.isBindingElement(node) && ts.isObjectBindingPattern(node.parent)) {
    if (node.dotDotDotToken !== undefined) return null;
    const name = nameOf(node.propertyName ?? node.name);
    const fields = named(checker.getTypeAtLocation(node.parent), name, checker);
    if (fields.length === 0) return null;
    return oneRead(node, name, fields, ts.isIdentifier(node.name) ? usesOf(node.name, page) : []);
  }
  return null;
}

function oneRead(node, name, fields, values) {
  if (fields.length === 0) return null;
  return { node, name, fields: [...new Set(fields)].sort(), values };
}

function named(type, name, checker) {
  return partsOf(type).flatMap((part) => wireNames(checker.getPropertyOfType(part, name)));
}

/**
 * The reads by what they read. Where one means a field of several types, the reads of all of them are
 * together: a drop of one is a drop of all.
 */
export function byFields(reads) {
  const leader = new Map();
  const find = (field) => {
    const next = leader.get(field) ?? field;
    return next === field ? field : find(next);
  };
  for (const { fields } of reads) {
    for (const field of fields) leader.set(find(field), find(fields[0]));
  }
  const found = new Map();
  for (const read of reads) {
    const key = find(read.fields[0]);
    found.set(key, [...(found.get(key) ?? []), read]);
  }
  return [...found.values()];
}

/** `BacktestJob`; `Job` of several that end in it; else all of them. */
export function ownerName(fields) {
  const owners = [...new Set(fields.map((field) => field.slice(0, field.lastIndexOf("."))))].sort();
  if (owners.length === 1) return owners[0];
  const tails = owners.map((owner) => owner.split(/(?=[A-Z])/).at(-1));
  return new Set(tails).size === 1 ? `Any${tails[0]}` : owners.join("Or");
}
