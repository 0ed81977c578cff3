/** Defaults and bounds of the contract: typed by hand, or those of another request. */
import {
  alsoImported,
  constantsOf,
  enclosing,
  instead,
  kebab,
  placed,
  ts,
} from "./page-sources.mjs";

const GENERATED = /^[A-Z_]+_REQUEST_(DEFAULTS|FIELDS)$/;

export function* boundMutants(page) {
  const constants = constantsOf(page);
  const names = [...constants.keys()].filter((name) => GENERATED.test(name)).sort();
  for (const node of page.nodes) {
    if (node.getSourceFile().fileName.includes("/src/types/")) continue;
    if (isField(node, page)) yield typedLabel(node);
    if (!ts.isIdentifier(node) || !GENERATED.test(node.text)) continue;
    yield ofAnother(node, names);
    const fields = constants.get(node.text);
    if (node.text.endsWith("_DEFAULTS")) yield typedDefault(node, fields);
    else yield typedBound(node, fields);
  }
}

/** `fields[name]`: the contract of one field of a request. */
function isField(node, { checker }) {
  if (!ts.isElementAccessExpression(node)) return false;
  const type = checker.getTypeAtLocation(node);
  const field = checker.getBaseConstraintOfType(type) ?? type;
  // marked with its request where it is one of a request's fields
  const parts = field.isIntersection() ? field.types : [field];
  return parts.some(({ symbol }) => symbol?.name === "FieldContract");
}

const idOf = (operator, node) =>
  `page-bound-${operator}-${kebab(node.text)}-in-${kebab(enclosing(node))}`;

function ofAnother(node, names) {
  const alike = names.filter((name) => kindOf(name) === kindOf(node.text));
  const other = alike[(alike.indexOf(node.text) + 1) % alike.length];
  return {
    id: idOf("other", node),
    title: `The page uses the bounds of ${other} instead of ${node.text}, ${placed(node)}.`,
    changes: [instead(node, other), ...alsoImported(node.getSourceFile(), other, node.text)],
  };
}

const kindOf = (name) => name.slice(name.lastIndexOf("_"));

/** The page types another default for the first number. */
function typedDefault(node, fields) {
  const [name, value] = [...fields].find(([, text]) => /^[\d.]+$/.test(text));
  const other = Number(value) + 1;
  return {
    id: idOf("typed", node),
    title: `The page types the default ${other} of ${name}, beside ${node.text}, ${placed(node)}.`,
    changes: [instead(node, `{ ...${node.text}, ${name}: ${other} }`)],
  };
}

/** A field's label is its name. */
function typedLabel(access) {
  const label = `label: String(${access.argumentExpression.getText()})`;
  return {
    id: `page-bound-label-in-${kebab(enclosing(access))}`,
    title: `The page shows the names of fields instead of their labels, ${placed(access)}.`,
    changes: [instead(access, `{ ...${access.getText()}, ${label} }`)],
  };
}

/** The page types another upper bound for the first one. */
function typedBound(node, fields) {
  const [name, described] = [...fields].find(([, text]) => text.includes('"max":'));
  const other = Number(/"max":([\d.]+)/.exec(described)[1]) + 1;
  const bound = `{ ...${node.text}.${name}, max: ${other} }`;
  return {
    id: idOf("typed", node),
    title: `The page allows ${other} for ${name}, beside ${node.text}, ${placed(node)}.`,
    changes: [instead(node, `{ ...${node.text}, ${name}: ${bound} }`)],
  };
}
