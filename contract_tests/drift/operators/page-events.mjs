/** What the page does with a stream: its handlers, and how it reads names, positions and repetitions. */
import { exchanged, fileOf, instead, kebab, nameOf, ts, without } from "./page-sources.mjs";

const READERS = ["src/api/stream.ts", "src/api/frames.ts"];
/** Their statements about the wire, and not about timers and signals. */
const OF_THE_WIRE =
  /^(last |id = value|progress\.(lastEventId|retryMs)|onPosition|parser\.feed|readLine|reader\.feed)|response|isHopeless|readOnce|ApiError|name !== null/;

export function* eventMutants(page) {
  for (const node of page.nodes) {
    if (ts.isObjectLiteralExpression(node)) {
      yield* ofHandlers(node, page);
      yield* ofListener(node, page);
      yield* ofFollowing(node);
    } else if (READERS.some((name) => node.getSourceFile().fileName.endsWith(name))) {
      yield* ofReader(node);
    }
  }
}

/** One handler for each event of a stream. */
function* ofHandlers(literal, { checker }) {
  const expected = checker.getContextualType(literal);
  if (expected?.aliasSymbol?.name !== "Handlers") return;
  const stream = expected.aliasTypeArguments?.[0]?.symbol?.name ?? "stream";
  const handlers = literal.properties.filter((one) => ts.isPropertyAssignment(one));
  for (const [at, handler] of handlers.entries()) {
    yield* ofHandler(handler, literal, stream.replace(/Payloads$/, ""));
    const next = handlers.slice(at + 1).find((one) => textOf(one) !== textOf(handler));
    if (next !== undefined) yield swapped(handler, next, stream.replace(/Payloads$/, ""));
  }
}

const textOf = ({ initializer }) => initializer.getText();
const idOf = (operator, stream, event) => `page-event-${operator}-${kebab(stream)}-${kebab(event)}`;

function* ofHandler(handler, literal, stream) {
  const event = nameOf(handler.name);
  const of = `${event} of ${stream}`;
  yield {
    id: idOf("drop", stream, event),
    title: `There is no handler for ${of}.`,
    changes: [without(handler, literal.properties)],
  };
  yield {
    id: idOf("rename", stream, event),
    title: `The handler for ${of} is called job_${event}, which is no event.`,
    changes: [instead(handler.name, `job_${event}`)],
  };
  yield {
    id: idOf("empty", stream, event),
    title: `The handler for ${of} does nothing.`,
    changes: [instead(handler.initializer, "() => undefined")],
  };
}

function swapped(handler, next, stream) {
  const [event, other] = [handler, next].map(({ name }) => nameOf(name));
  return {
    id: idOf("swap", stream, event),
    title: `The handlers of ${event} and ${other} of ${stream} are exchanged.`,
    changes: exchanged(handler.initializer, next.initializer),
  };
}

/** The listener of frames: their events, positions and pauses. */
function* ofListener(literal, { checker }) {
  if (checker.getContextualType(literal)?.symbol?.name !== "ParserConfig") return;
  for (const property of literal.properties) {
    if (!ts.isPropertyAssignment(property)) continue;
    const name = nameOf(property.name);
    yield {
      id: `page-event-ignore-${kebab(name)}`,
      title: `The page does nothing in ${name} of its frame listener, in ${fileOf(literal)}.`,
      changes: [instead(property.initializer, "() => undefined")],
    };
    yield* ofStatements(property.initializer.body, name);
  }
}

/** The page does not send the position at which a stream resumes. */
function* ofFollowing(literal) {
  if (!ts.isCallExpression(literal.parent)) return;
  if (literal.parent.expression.getText() !== "followStream") return;
  const from = literal.properties.find(({ name }) => name !== undefined && nameOf(name) === "from");
  if (from === undefined) return;
  yield {
    id: "page-event-from-nowhere",
    title: `A stream does not resume at the page's position, in ${fileOf(literal)}.`,
    changes: [without(from, literal.properties)],
  };
}

function* ofStatements(body, name) {
  if (body === undefined || !ts.isBlock(body)) return;
  for (const [at, statement] of body.statements.entries()) {
    const tail = `${kebab(name)}-${at + 1}`;
    const [repeated] = callsIn(statement);
    if (repeated === undefined) continue;
    yield {
      id: `page-event-repeat-${tail}`,
      title: `The page passes on everything twice, in ${name}.`,
      changes: [instead(statement, `${repeated.getText()};\n        ${statement.getText()}`)],
    };
  }
}

function callsIn(node) {
  if (ts.isCallExpression(node)) return [node];
  const found = [];
  ts.forEachChild(node, (child) => void found.push(...callsIn(child)));
  return found;
}

/** How the code that reads streams handles names, positions, pauses and ends. */
function* ofReader(node) {
  if (ts.isCallExpression(node)) yield* ofCall(node);
  if (ts.isExpressionStatement(node) && OF_THE_WIRE.test(node.getText())) yield* ofStatement(node);
  if (ts.isIfStatement(node) && OF_THE_WIRE.test(node.expression.getText())) yield* ofIf(node);
}

/** An event is passed on without its name. */
function* ofCall(call) {
  const [event, read] = call.arguments;
  if (event === undefined || !ts.isIdentifier(event) || event.text !== "event") return;
  // a function that gets the name only for an error message does not handle the event
  if (read === undefined || !ts.isArrowFunction(read)) return;
  for (const [how, text] of [
    ["unname", "undefined"],
    ["as-message", '"message"'],
  ]) {
    yield {
      id: `page-event-${how}`,
      title: `Every event is passed on with the name ${text}, in ${fileOf(call)}.`,
      changes: [instead(event, text)],
    };
  }
}

/** A step is omitted, or runs after the next one. */
function* ofStatement(statement) {
  const { parent } = statement;
  const name = `${fileOf(statement).replace(/\.ts$/, "")}-${shortId(statement)}`;
  yield {
    id: `page-event-skip-${name}`,
    title: `The step \`${oneLine(statement)}\` is omitted in ${fileOf(statement)}.`,
    changes: [instead(statement, ts.isBlock(parent) ? "" : "{}")],
  };
  const next = ts.isBlock(parent) && parent.statements[parent.statements.indexOf(statement) + 1];
  if (!next || !ts.isExpressionStatement(next)) return;
  yield {
    id: `page-event-reorder-${name}`,
    title: `The step \`${oneLine(statement)}\` runs after the next one in ${fileOf(statement)}.`,
    changes: exchanged(statement, next),
  };
}

/** A condition is no longer checked. */
function* ofIf(node) {
  if (node.elseStatement !== undefined || ts.isIfStatement(node.parent)) return;
  yield {
    id: `page-event-unchecked-${fileOf(node).replace(/\.ts$/, "")}-${shortId(node.expression)}`,
    title: `The page no longer checks \`${oneLine(node.expression)}\` in ${fileOf(node)}.`,
    changes: [instead(node, "")],
  };
}

const oneLine = (node) => node.getText().replace(/\s+/g, " ").slice(0, 60);
const shortId = (node) => kebab(node.getText().slice(0, 32));
