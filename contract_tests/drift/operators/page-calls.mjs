/** How the page calls operations: their paths and methods, streams, and the envelope around each answer. */
import { alsoImported, enclosing, followed, instead, kebab, placed, ts } from "./page-sources.mjs";

const OTHER_METHOD = { get: "post", post: "get" };
const OTHER_VERB = { GET: "POST", POST: "GET" };
const STREAM = /^STREAM_\w*EVENTS$/;

export function* callMutants(page) {
  const paths = page.nodes.filter(isPath).map(({ text }) => text);
  for (const node of page.nodes) {
    if (isPath(node)) yield* ofPath(node, [...new Set(paths)].sort());
    if (ts.isCallExpression(node)) yield* ofCall(node);
    if (ts.isIdentifier(node) && STREAM.test(node.text) && !isTypes(node)) yield ofStream(node);
    if (ts.isAsExpression(node) && enclosing(node) === "unwrap") yield unopened(node);
  }
}

const idOf = (...parts) => ["page-call", ...parts.map(kebab)].join("-");
const isPath = (node) => ts.isStringLiteral(node) && node.text.startsWith("/api/");
const isTypes = (node) => node.getSourceFile().fileName.includes("/src/types/");

function* ofPath(node, paths) {
  const path = node.text;
  const where = enclosing(node);
  const wrong = misspelt(path);
  yield {
    id: idOf("misspelt", path, "in", where),
    title: `The page requests ${wrong} instead of ${path}, ${placed(node)}.`,
    changes: [instead(node, JSON.stringify(wrong))],
  };
  const braces = bracesOf(path);
  const alike = paths.filter((other) => bracesOf(other) === braces);
  const other = alike[(alike.indexOf(path) + 1) % alike.length];
  if (other === path) return;
  yield {
    id: idOf("other", path, "in", where),
    title: `The page requests ${other} for ${path}, ${placed(node)}.`,
    changes: [instead(node, JSON.stringify(other))],
  };
}

const bracesOf = (path) => [...path.matchAll(/\{\w+\}/g)].join(" ");

/** The last word of a path in the plural, or in the singular if it is in the plural. */
function misspelt(path) {
  const words = path.split("/");
  const at = words.findLastIndex((word) => /^[a-z-]+$/.test(word));
  if (at < 2) return `${path}s`;
  const word = words[at];
  return words.with(at, word.endsWith("s") ? word.slice(0, -1) : `${word}s`).join("/");
}

function* ofCall(call) {
  const name = call.expression.getText();
  const [first] = call.arguments;
  if (first === undefined) return;
  if (name in OTHER_METHOD && isPath(first)) yield* ofOperation(call, first.text);
  if (name === "init" && ts.isStringLiteral(first) && first.text in OTHER_VERB) {
    yield {
      id: idOf("verb", first.text),
      title: `The page sends ${OTHER_VERB[first.text]} for ${first.text}, ${placed(call)}.`,
      changes: [instead(first, JSON.stringify(OTHER_VERB[first.text]))],
    };
  }
  if (name === "unwrap" && ts.isAwaitExpression(first)) {
    yield {
      id: idOf("wrapped", enclosing(call)),
      title: `The page passes on whole envelopes, ${placed(call)}.`,
      changes: [instead(call, `(${first.getText()}).json()`)],
    };
  }
  if (name === "fillPath") {
    yield {
      id: idOf("unfilled", enclosing(call)),
      title: `The page does not fill the braces of a path, ${placed(call)}.`,
      changes: [instead(call, first.getText())],
    };
  }
}

function* ofOperation(call, path) {
  const name = call.expression.getText();
  const other = OTHER_METHOD[name];
  yield {
    id: idOf("method", path, "in", enclosing(call)),
    title: `The page calls ${path} with ${other} instead of ${name}, ${placed(call)}.`,
    changes: [instead(call.expression, other), ...alsoImported(call.getSourceFile(), other, name)],
  };
  yield {
    id: idOf("envelope", path, "in", enclosing(call)),
    title: `The page unwraps the answer of ${path} twice, ${placed(call)}.`,
    changes: [followed(call, ".then((answer) => answer.data)")],
  };
}

/** Another stream is followed. */
function ofStream(node) {
  const other = node.text === "STREAM_EVENTS" ? "STREAM_JOB_EVENTS" : "STREAM_EVENTS";
  const part = ts.isPropertyAccessExpression(node.parent) ? node.parent.name.text : "contract";
  return {
    id: idOf("other-stream", part, "in", enclosing(node)),
    title: `The page uses the ${part} of ${other} instead of ${node.text}, ${placed(node)}.`,
    changes: [instead(node, other), ...alsoImported(node.getSourceFile(), other, node.text)],
  };
}

/** The envelope is not unwrapped. */
function unopened(node) {
  return {
    id: idOf("unopened", node.expression.getText()),
    title: `The whole envelope is passed on as ${node.expression.getText()}, ${placed(node)}.`,
    changes: [instead(node.expression, "envelope")],
  };
}
