/** How often the page asks: intervals, staleness, keys of queries, and invalidations that nothing caused. */
import {
  enclosing,
  followed,
  instead,
  kebab,
  oneOf,
  placed,
  ts,
  without,
} from "./page-sources.mjs";

/** Options that make a query ask again by itself. */
const OFTEN = {
  refetchInterval: "2000",
  staleTime: "0",
  refetchOnMount: '"always"',
  refetchOnWindowFocus: '"always"',
};
/** Other values of the options that the page has. */
const OTHER_VALUES = { ...OFTEN, retry: "true", defaultPreload: '"render"' };

export function* askingMutants(page) {
  for (const node of page.nodes) {
    if (ts.isPropertyAssignment(node)) yield* ofOption(node);
    if (ts.isObjectLiteralExpression(node)) yield* ofQuery(node);
    if (ts.isCallExpression(node)) yield* ofCall(node);
    if (ts.isVariableDeclaration(node) && node.initializer?.getText() === "useQueryClient()") {
      yield* ofClient(node);
    }
    if (ts.isReturnStatement(node) && /Key$/.test(enclosing(node))) yield* ofKey(node.expression);
  }
}

const idOf = (...parts) => ["page-ask", ...parts.map(kebab)].join("-");

function* ofOption(node) {
  const name = node.name.getText();
  if (name === "queryKey") yield* ofKey(node.initializer);
  if (!(name in OTHER_VALUES)) return;
  yield {
    id: idOf("option", name, "in", enclosing(node)),
    title: `${name} is ${OTHER_VALUES[name]}, ${placed(node)}.`,
    changes: [instead(node.initializer, OTHER_VALUES[name])],
  };
}

const hasName = (name) => (property) => property.name?.getText() === name;

function* ofQuery(literal) {
  const query = literal.properties.find(hasName("queryFn"));
  if (query === undefined) return;
  const missing = Object.entries(OFTEN).filter(([name]) => !literal.properties.some(hasName(name)));
  const [name, value] = oneOf(missing, enclosing(literal));
  yield {
    id: idOf("again", name, "in", enclosing(literal)),
    title: `A query has ${name}: ${value}, ${placed(literal)}.`,
    changes: [followed(query, `, ${name}: ${value}`)],
  };
}

/** A key without its last input, and one that is another at each render. */
function* ofKey(key) {
  const where = enclosing(key);
  const list = ts.isArrayLiteralExpression(key) ? key.elements : [];
  // what a key begins with tells apart the kinds of queries
  const input = list.findLast((one) => !ts.isSpreadElement(one) && !ts.isStringLiteral(one));
  if (input !== undefined) {
    yield {
      id: idOf("key", "without", input.getText(), "in", where),
      title: `The key of a query has no ${input.getText()}, ${placed(key)}.`,
      changes: [without(input, list)],
    };
  }
  if (where.endsWith("Key") || !isOfHook(key)) return;
  yield {
    id: idOf("key", "unstable", "in", where),
    title: `The key of a query is another one at each render, ${placed(key)}.`,
    changes: [instead(key, `[...${key.getText()}, Math.random()]`)],
  };
}

/** Whether the key is that of a hook, and not one to find queries by. */
function isOfHook(key) {
  const owner = key.parent;
  if (ts.isCallExpression(owner)) return true;
  return ts.isPropertyAssignment(owner) && owner.parent.properties.some(hasName("queryFn"));
}

function* ofCall(call) {
  const name = call.expression.getText();
  if (name === "usePages" && call.arguments.length === 2) yield* ofKey(call.arguments[0]);
  if (name !== "useEffect" || call.arguments.length < 2) return;
  yield {
    id: idOf("effect", "in", enclosing(call)),
    title: `An effect runs after each render, ${placed(call)}.`,
    changes: [without(call.arguments[1], call.arguments)],
  };
}

function* ofClient(node) {
  const client = node.name.getText();
  yield {
    id: idOf("invalidate", "in", enclosing(node)),
    title: `Each render invalidates all queries, ${placed(node)}.`,
    changes: [followed(node.parent.parent, `\nvoid ${client}.invalidateQueries();`)],
  };
}
