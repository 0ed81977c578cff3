/** State that sticks or runs ahead, a filter that is lost with the cursor, and forms with other values. */
import {
  alsoImported,
  constantsOf,
  enclosing,
  followed,
  instead,
  kebab,
  placed,
  ts,
  without,
} from "./page-sources.mjs";

const DEFAULTS = /^[A-Z]+_REQUEST_DEFAULTS$/;

export function* stateMutants(page) {
  const constants = constantsOf(page);
  for (const node of page.nodes) {
    if (ts.isJsxAttribute(node)) yield* ofAttribute(node);
    if (ts.isObjectLiteralExpression(node)) yield* ofOptions(node);
    if (ts.isPropertyAccessExpression(node)) yield* ofState(node);
    if (ts.isIdentifier(node) && DEFAULTS.test(node.text)) yield* ofDefaults(node, constants);
    if (ts.isPropertyAssignment(node) && node.name.getText() === "query") yield* ofFilter(node);
  }
}

const idOf = (...parts) => ["page-state", ...parts.map(kebab)].join("-");

function* ofAttribute(node) {
  const name = node.name.getText();
  const element = node.parent.parent;
  if (name === "key" && /^[A-Z]/.test(element.tagName.getText()) && !isInList(node)) {
    yield {
      id: idOf("key", element.tagName.getText(), "in", enclosing(node)),
      title: `${element.tagName.getText()} keeps its state for another id, ${placed(node)}.`,
      changes: [instead(node, "")],
    };
  }
  const value = node.initializer?.expression;
  if (name === "initial" && value !== undefined && ts.isConditionalExpression(value)) {
    yield {
      id: idOf("initial", "in", enclosing(node)),
      title: `The form begins with ${value.whenFalse.getText()} in any case, ${placed(node)}.`,
      changes: [instead(value, value.whenFalse.getText())],
    };
  }
  if (name === "loading" && ts.isJsxOpeningElement(element)) yield* ofButton(element, value);
}

const isInList = (node) =>
  ts.findAncestor(
    node,
    (at) =>
      ts.isArrayLiteralExpression(at) ||
      (ts.isCallExpression(at) && /\.map$/.test(at.expression.getText())),
  ) !== undefined;

/** The text of a button says that it is done while it is not. */
function* ofButton(element, busy) {
  const texts = element.parent.children.filter((child) => child.getText().trim() !== "");
  if (!/\.isPending$/.test(busy.getText()) || texts.length !== 1) return;
  const [child] = texts;
  const old = ts.isJsxExpression(child)
    ? child.expression.getText()
    : JSON.stringify(child.getText().trim());
  yield {
    id: idOf("ahead", busy.getText(), "in", enclosing(element)),
    title: `A button says that it is done while ${busy.getText()}, ${placed(element)}.`,
    changes: [instead(child, `{${busy.getText()} ? "Done" : ${old}}`)],
  };
}

/** Whether a request succeeded is read as whether it was sent, or whether there is an answer. */
function* ofState(node) {
  if (node.name.text !== "isSuccess") return;
  yield {
    id: idOf("ahead", "sent", "in", enclosing(node)),
    title: `What is sent counts as accepted, ${placed(node)}.`,
    changes: [instead(node, `!${node.expression.getText()}.isIdle`)],
  };
}

const named = (literal, name) =>
  literal.properties.find((property) => property.name?.getText() === name);

function* ofOptions(literal) {
  const where = enclosing(literal);
  const query = named(literal, "queryFn");
  if (query !== undefined) {
    yield {
      id: idOf("previous", "in", where),
      title: `A query shows the answer for another key until it has its own, ${placed(literal)}.`,
      changes: [followed(query, ", placeholderData: (previous) => previous")],
    };
  }
  const write = named(literal, "onSuccess");
  if (named(literal, "mutationFn") === undefined || write === undefined) return;
  yield {
    id: idOf("unwritten", "in", where),
    title: `The answer to a request is not written to the cache, ${placed(literal)}.`,
    changes: [without(write, literal.properties)],
  };
  yield {
    id: idOf("ahead", "written", "in", where),
    title: `Something is written to the cache before there is an answer, ${placed(literal)}.`,
    changes: [
      followed(
        write,
        ', onMutate: () => client.setQueryData(["jobs", "ahead"], { status: "sent" })',
      ),
    ],
  };
}

/** One default is that of another request: of its type, or as a plain number. */
function* ofDefaults(node, constants) {
  if (ts.isImportSpecifier(node.parent)) return;
  const own = constants.get(node.text);
  for (const [other, fields] of constants) {
    if (other === node.text || !DEFAULTS.test(other)) continue;
    const field = [...own.keys()].find(
      (name) => fields.has(name) && /^[\d.]+$/.test(own.get(name)),
    );
    if (field === undefined) continue;
    for (const [kind, cast] of [
      ["field", ""],
      ["number", " as number"],
    ]) {
      yield {
        id: idOf("default", kind, "of", other, "in", enclosing(node)),
        title: `The default of ${field} is that of ${other}${cast}, ${placed(node)}.`,
        changes: [
          instead(node, `{ ...${node.text}, ${field}: ${other}.${field}${cast} }`),
          ...alsoImported(node.getSourceFile(), other, node.text),
        ],
      };
    }
    return;
  }
}

/** A filter applies to the first page only, or to all pages but the first. */
function* ofFilter({ initializer: query }) {
  if (!ts.isObjectLiteralExpression(query)) return;
  const [first, ...filters] = query.properties.filter(ts.isSpreadAssignment);
  for (const { expression } of filters) {
    for (const [pages, condition] of [
      ["first", "==="],
      ["later", "!=="],
    ]) {
      const filter = `(${first.expression.getText()}.cursor ${condition} null ? ${expression.getText()} : {})`;
      yield {
        id: idOf("filter", "of", pages, "in", enclosing(query)),
        title: `${expression.getText()} applies to the ${pages} pages only, ${placed(query)}.`,
        changes: [instead(expression, filter)],
      };
    }
  }
}
