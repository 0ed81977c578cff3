/** Times and dates in the zone of the machine, or of the browser, where the page has a format. */
import {
  enclosing,
  instead,
  kebab,
  oneOf,
  placed,
  reimported,
  ts,
  wireNames,
} from "./page-sources.mjs";

const IN_ZONE = ["clock", "moment", "toTheSecond"];
/** What people write instead of a format of the page. */
const LOCAL = {
  string: (text) => `String(new Date(${text}))`,
  locale: (text) => `new Date(${text}).toLocaleString("en-GB")`,
  format: (text) => `new Intl.DateTimeFormat("en-GB").format(new Date(${text}))`,
  parts: (text) => `new Date(${text}).toString().slice(0, 21)`,
};

export function* zoneMutants(page) {
  for (const node of page.nodes) {
    if (ts.isCallExpression(node) && IN_ZONE.includes(node.expression.getText())) {
      yield* ofTime(node, page);
    }
    if (ts.isJsxExpression(node) || ts.isTemplateSpan(node) || ts.isArrowFunction(node)) {
      yield* ofDate(node.expression ?? node.body, page);
    }
    if (ts.isNewExpression(node) && node.expression.getText() === "Intl.DateTimeFormat") {
      yield* ofFormat(node);
    }
  }
}

const idOf = (...parts) => ["page-zone", ...parts.map(kebab)].join("-");

function* ofTime(call, page) {
  const [time] = call.arguments;
  const text = time.getText();
  const [kind, local] = oneOf(Object.entries(LOCAL), `${enclosing(call)}${text}`);
  yield {
    id: idOf("time", kind, text, "in", enclosing(call)),
    title: `The page shows ${text} as ${local("time")}, ${placed(call)}.`,
    changes: [instead(call, local(text)), ...reimported(call.expression, null, page)],
  };
}

/** A date, which has no zone, as a time in one. */
function* ofDate(node, page) {
  if (node === undefined || !isDate(node, page)) return;
  const text = node.getText();
  const [kind, local] = oneOf(Object.entries(LOCAL), `${enclosing(node)}${text}`);
  yield {
    id: idOf("date", kind, text, "in", enclosing(node)),
    title: `The page shows ${text} as ${local("date")}, ${placed(node)}.`,
    changes: [instead(node, local(text))],
  };
}

function isDate(node, { checker }) {
  if (ts.isPropertyAccessExpression(node))
    return isWireDate(checker.getSymbolAtLocation(node.name));
  if (!ts.isIdentifier(node)) return false;
  const [declaration] = checker.getSymbolAtLocation(node)?.declarations ?? [];
  if (declaration === undefined || !ts.isBindingElement(declaration)) return false;
  const name = (declaration.propertyName ?? declaration.name).getText();
  return isWireDate(checker.getTypeAtLocation(declaration.parent).getProperty(name));
}

const isWireDate = (symbol) =>
  wireNames(symbol).length > 0 &&
  // with the comment of the contract's format; neither a list nor null
  symbol.declarations.some((one) => /Format: date\n[^;]*: string;$/.test(one.getFullText()));

/** Times in UTC instead of the user's zone. */
function* ofFormat(node) {
  const [, options] = node.arguments;
  const [first] = options.properties;
  yield {
    id: idOf("utc", enclosing(node)),
    title: `${enclosing(node)} formats times in UTC instead of the user's zone.`,
    changes: [instead(first, `timeZone: "UTC", ${first.getText()}`)],
  };
}
