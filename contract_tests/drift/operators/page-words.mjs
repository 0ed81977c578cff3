/** Words of closed sets that the page names: renamed, dropped, added and exchanged. */
import {
  enclosing,
  exchanged,
  followed,
  instead,
  kebab,
  nameOf,
  partsOf,
  placed,
  schemasOf,
  ts,
  without,
} from "./page-sources.mjs";

/** Usual synonyms; any other word is written in capitals. */
const OTHER_WORDS = {
  queued: "pending",
  running: "in_progress",
  succeeded: "success",
  failed: "error",
  cancelled: "canceled",
  train: "training",
  predict: "prediction",
  backtest: "back_test",
  autopilot: "auto_pilot",
  completed: "finished",
};
/** A word that no closed set has. */
const NEW_WORD = "paused";
const FIELDS = "fields of ";

const EQUAL = ts.SyntaxKind.EqualsEqualsEqualsToken;
const UNEQUAL = ts.SyntaxKind.ExclamationEqualsEqualsToken;

export function* wordMutants(page) {
  const sets = closedSets(page);
  const seen = new Set();
  for (const node of page.nodes) {
    for (const mutant of ofNode(node, sets, page)) {
      // a word occurs in many places; one of each kind is enough
      if (!seen.has(mutant.id)) yield mutant;
      seen.add(mutant.id);
    }
  }
}

function ofNode(node, sets, page) {
  if (ts.isObjectLiteralExpression(node)) return [...ofTable(node, sets, page)];
  if (ts.isSwitchStatement(node)) return [...ofSwitch(node, sets, page)];
  if (ts.isBinaryExpression(node)) return [...ofComparison(node, sets, page)];
  return [];
}

/** The closed sets of the contract, by name: the members of each. */
function closedSets(page) {
  const { checker } = page;
  const found = new Map();
  const add = (name, type) => {
    const members = wordsOf(type);
    const isKnown = [...found.values()].some((other) => isSame(other, members));
    if (members.length > 1 && !isKnown) found.set(name, members);
  };
  const schemas = schemasOf(page);
  for (const [name, type] of schemas) add(name, type);
  for (const [name, type] of schemas) {
    for (const property of propertiesOf(type)) {
      const value = checker.getTypeOfSymbol(property);
      add(`${name}.${property.name}`, value);
      for (const part of partsOf(value)) {
        if (checker.isArrayType(part)) add(`${name}.${property.name}`, itemOf(part, checker));
      }
    }
  }
  for (const [name, type] of schemas) found.set(`${FIELDS}${name}`, namesOf(type));
  return found;
}

const itemOf = (type, checker) => checker.getTypeArguments(type)[0];
const isSame = (some, others) =>
  some.length === others.length && some.every((word) => others.includes(word));

function propertiesOf(type) {
  return type.isUnion() || (type.flags & ts.TypeFlags.Object) === 0 ? [] : type.getProperties();
}

function namesOf(type) {
  return propertiesOf(type).map(({ name }) => name);
}

/** The words that a type lists, and none if it has any other member. */
function wordsOf(type) {
  const parts = partsOf(type);
  return parts.every((part) => part.isStringLiteral()) ? parts.map(({ value }) => value) : [];
}

/** The smallest closed set that has all the words. */
function setOf(words, sets, { whole = false, keys = false } = {}) {
  const fitting = [...sets].filter(
    ([name, members]) =>
      words.length > 1 &&
      words.every((word) => members.includes(word)) &&
      (!whole || words.length === members.length) &&
      (keys || !name.startsWith(FIELDS)),
  );
  return fitting.sort(([, some], [, others]) => some.length - others.length)[0] ?? null;
}

/** A table has a key for each member of a set. */
function* ofTable(table, sets, { checker }) {
  const expected = checker.getContextualType(table);
  if (expected === undefined || expected.isUnion() || expected.aliasSymbol?.name === "Handlers")
    return;
  const isRecord = ["Record", "Readonly"].includes(expected.aliasSymbol?.name);
  const keys = expected.getProperties().map(({ name }) => name);
  const found = setOf(keys, sets, { whole: true, keys: isRecord });
  const entries = table.properties.filter((entry) => ts.isPropertyAssignment(entry));
  if (found === null || entries.length !== table.properties.length) return;
  const [set] = found;
  // of a schema's fields one is enough: the operators of fields have them all
  const named = set.startsWith(FIELDS) ? entries.slice(0, 1) : entries;
  for (const entry of named) yield* ofEntry(entry, table, set);
  yield {
    id: idOf("add", set, "", enclosing(table)),
    title: `A table of ${set} has ${NEW_WORD} as well, which is none of them, ${placed(table)}.`,
    changes: [followed(entries.at(-1), `, ${NEW_WORD}: ${entries.at(-1).initializer.getText()}`)],
  };
  const pair = different(entries.map(({ initializer }) => initializer));
  if (pair === null) return;
  const names = pair.map(({ parent }) => nameOf(parent.name));
  yield {
    id: idOf("swap", set, "", enclosing(table)),
    title: `A table of ${set} has the values of ${names[0]} and ${names[1]} exchanged, ${placed(table)}.`,
    changes: exchanged(...pair),
  };
}

function* ofEntry(entry, table, set) {
  const word = nameOf(entry.name);
  yield {
    id: idOf("rename", set, word, "key"),
    title: `A table of ${set} calls ${word} ${otherWord(word)}, ${placed(table)}.`,
    changes: [instead(entry.name, otherWord(word))],
  };
  yield {
    id: idOf("drop", set, word, "key"),
    title: `A table of ${set} has no ${word}, ${placed(table)}.`,
    changes: [without(entry, table.properties)],
  };
}

/** The first two that differ. */
function different(nodes) {
  for (const [at, node] of nodes.entries()) {
    const other = nodes.slice(at + 1).find((one) => one.getText() !== node.getText());
    if (other !== undefined) return [node, other];
  }
  return null;
}

/** Each case of a switch is a word. */
function* ofSwitch(node, sets, { checker }) {
  const found = setOf(wordsOf(checker.getTypeAtLocation(node.expression)), sets);
  if (found === null) return;
  const [set] = found;
  const cases = node.caseBlock.clauses.filter(
    (one) => ts.isCaseClause(one) && ts.isStringLiteral(one.expression),
  );
  for (const clause of cases) {
    const word = clause.expression.text;
    yield {
      id: idOf("rename", set, word, "case"),
      title: `The case ${word} of ${set} is called ${otherWord(word)}, ${placed(clause)}.`,
      changes: [instead(clause.expression, JSON.stringify(otherWord(word)))],
    };
    yield {
      id: idOf("drop", set, word, "case"),
      title: `There is no case ${word} of ${set}, ${placed(clause)}.`,
      changes: [instead(clause, "")],
    };
  }
  const body = cases.findLast(({ statements }) => statements.length > 0);
  if (body !== undefined) yield oneMore(body, set);
  const bodies = cases.filter(({ statements }) => statements.length === 1);
  const pair = different(bodies.map(({ statements }) => statements[0]));
  if (pair !== null) yield exchangedCases(pair, set);
}

function oneMore(clause, set) {
  const body = clause.statements.map((statement) => statement.getText()).join("\n");
  return {
    id: idOf("add", set, "", enclosing(clause)),
    title: `There is a case ${NEW_WORD}, which is none of ${set}, ${placed(clause)}.`,
    changes: [followed(clause, `\n    case "${NEW_WORD}":\n      ${body}`)],
  };
}

function exchangedCases(pair, set) {
  const names = pair.map(({ parent }) => parent.expression.text);
  return {
    id: idOf("swap", set, "", enclosing(pair[0])),
    title: `The cases ${names[0]} and ${names[1]} of ${set} are exchanged, ${placed(pair[0])}.`,
    changes: exchanged(...pair),
  };
}

/** A word is compared with another one. */
function* ofComparison({ left, right, operatorToken: { kind } }, sets, { checker }) {
  if ((kind !== EQUAL && kind !== UNEQUAL) || !ts.isStringLiteral(right)) return;
  const words = wordsOf(checker.getTypeAtLocation(left));
  const found = setOf(words, sets);
  if (found === null) return;
  const [set] = found;
  const word = right.text;
  yield {
    id: idOf("rename", set, word, "comparison"),
    title: `${left.getText()} is compared with ${otherWord(word)} instead of ${word}, ${placed(left)}.`,
    changes: [instead(right, JSON.stringify(otherWord(word)))],
  };
  const other = [...words].sort().find((one) => one !== word);
  yield {
    id: idOf("swap", set, word, `in-${enclosing(left)}`),
    title: `${left.getText()} is compared with ${other}, another word of ${set} than ${word}, ${placed(left)}.`,
    changes: [instead(right, JSON.stringify(other))],
  };
}

const otherWord = (word) => OTHER_WORDS[word] ?? word.toUpperCase();
const idOf = (operator, set, word, where) =>
  ["page-word", operator, kebab(set), kebab(word), kebab(where)]
    .filter((part) => part !== "")
    .join("-");
