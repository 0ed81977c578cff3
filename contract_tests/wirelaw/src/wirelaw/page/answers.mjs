/**
 * Calls with an address, the types that the page gives their answers, and which fields of those types it reads. Which of
 * the calls are requests, only the contract says: each call whose argument looks like a path is listed.
 */
import { functionOf, openAddresses } from "./addresses.mjs";
import { comparedAsText, widenedValue } from "./closed-sets.mjs";
import { openReads, partsOf, textOf } from "./reads.mjs";
import { idOf, openShapes } from "./shapes.mjs";
import ts from "./typescript.mjs";

const METHODS =
  /^_?(?:api|http|fetch|request|do|send)?_?(get|post|put|patch|del|delete)_?(?:json|api|request)?$/i;
const CLIENT = /fetch|request|axios|http|\bapi|client|EventSource/i;
const BODIES = new Set(["body", "data", "json"]);
/** Places of one field: more are not shown. */
const MOST = 3;

export function openAnswers(project) {
  const { checker, folder, placeOf, sources, add } = project;
  const ours = new Set(sources);
  const addressOf = openAddresses(checker);
  const shapeOf = openShapes({ ...project, isOurs: (file) => ours.has(file) }, add);
  const counts = new Map();
  const once = (fact) => {
    const key = JSON.stringify(fact);
    if (counts.has(key)) return;
    counts.set(key, 1);
    add(fact);
  };

  const read = openReads(checker, (symbol, node) => {
    for (const declaration of symbol.declarations ?? []) {
      if (!ours.has(declaration.getSourceFile())) continue;
      const id = idOf(declaration);
      const count = (counts.get(id) ?? 0) + 1;
      counts.set(id, count);
      if (count <= MOST) add({ fact: "read", id, name: symbol.name, place: placeOf(node) });
    }
  });

  /** A name that may be that of a field of any object: the checker does not know which. */
  function mention(node) {
    if (ts.isPropertyAccessExpression(node)) {
      if (isUnknown(node.expression)) once({ fact: "mention", name: node.name.text });
    } else if (ts.isBindingElement(node) && ts.isObjectBindingPattern(node.parent)) {
      const name = node.propertyName ?? node.name;
      if (
        ts.isIdentifier(name) &&
        checker.getTypeAtLocation(node.parent).flags & ts.TypeFlags.Any
      ) {
        once({ fact: "mention", name: name.text });
      }
    } else if (ts.isStringLiteralLike(node) && !ts.isLiteralTypeNode(node.parent)) {
      if (/^[\w.-]+$/.test(node.text)) {
        for (const name of node.text.split(".")) once({ fact: "mention", name });
      }
    }
  }

  const isUnknown = (node) =>
    (checker.getTypeAtLocation(node).flags & (ts.TypeFlags.Any | ts.TypeFlags.TypeParameter)) !== 0;

  /** An object that is used whole: `JSON.stringify(job)`, `Object.entries(job)`, or as an argument of any type. */
  function escape(node) {
    if (ts.isForInStatement(node)) return whole(node.expression);
    if (ts.isAsExpression(node)) return whole(node.expression);
    if (!ts.isCallExpression(node) || /^console\./.test(node.expression.getText())) return;
    const parameters = checker.getResolvedSignature(node)?.getDeclaration?.()?.parameters ?? [];
    for (const [index, argument] of node.arguments.entries()) {
      if (!ts.isIdentifier(argument) && !ts.isPropertyAccessExpression(argument)) continue;
      const declared = parameters[Math.min(index, parameters.length - 1)];
      const type = declared === undefined ? undefined : checker.getTypeAtLocation(declared);
      if (type !== undefined && shapeOf(type) !== null) continue;
      whole(argument);
    }
  }

  function whole(node) {
    for (const part of partsOf(checker.getTypeAtLocation(node))) {
      const shape = shapeOf(part);
      if (shape !== null && shape.kind !== "words" && shape.kind !== "text") {
        once({ fact: "whole", shape });
      }
    }
  }

  return (node) => {
    read(node);
    mention(node);
    escape(node);
    compared(node);
    loosened(node);
    if (ts.isCallExpression(node) || ts.isNewExpression(node)) call(node);
  };

  /** A field whose words become any text: by a cast, a declaration, or a comparison as text. */
  function loosened(node) {
    const value = widenedValue(node);
    const how = ts.isVariableDeclaration(node) ? "declares it as" : "casts it to";
    const values = value === undefined ? [] : [[value, `${how} string`]];
    for (const one of comparedAsText(node)) values.push([one, "compares it as text"]);
    for (const [field, text] of values) {
      if (!ts.isPropertyAccessExpression(field)) continue;
      for (const declaration of checker.getSymbolAtLocation(field.name)?.declarations ?? []) {
        if (!ours.has(declaration.getSourceFile())) continue;
        add({ fact: "loosened", id: idOf(declaration), how: text, place: placeOf(node) });
      }
    }
  }

  /** `job.status === "done"`, `switch (job.status) { case "done": }`: a field compared with a word. */
  function compared(node) {
    const pairs = [];
    if (ts.isBinaryExpression(node) && /^[!=]==?$/.test(node.operatorToken.getText())) {
      pairs.push([node.left, node.right], [node.right, node.left]);
    } else if (ts.isCaseClause(node)) {
      pairs.push([node.parent.parent.expression, node.expression]);
    }
    for (const [field, word] of pairs) {
      if (!ts.isStringLiteralLike(word) || !ts.isPropertyAccessExpression(field)) continue;
      const symbol = checker.getSymbolAtLocation(field.name);
      for (const declaration of symbol?.declarations ?? []) {
        if (!ours.has(declaration.getSourceFile())) continue;
        add({ fact: "compared", id: idOf(declaration), word: word.text, place: placeOf(word) });
      }
    }
  }

  function call(node) {
    const found = addressAndOptions(node);
    if (found === null || !/^(https?:|\*|\/)/.test(found.address) || !found.address.includes("/"))
      return;
    const method = found.method ?? methodOf(node, found.options);
    // a function that takes a path and requests nothing, such as one of a router
    if (method === null && !CLIENT.test(clientOf(node))) return;
    const owner = ts.findAncestor(node.parent, ts.isFunctionLike);
    add({
      fact: "call",
      place: placeOf(node),
      callee: calleeOf(node),
      address: found.address,
      method,
      isStream: ts.isNewExpression(node) && node.expression.getText() === "EventSource",
      hasBody: found.hasBody,
      sent: found.sent === undefined ? null : fieldsOf(found.sent),
      owner: owner === undefined ? placeOf(node) : placeOf(owner),
      answers: answersOf(node, owner),
    });
  }

  /** `get("/jobs")`, `axios({ url: "/jobs" })`, and the generated `client.get({ url: "/jobs" })`. */
  function addressAndOptions(node) {
    const [first, ...rest] = node.arguments ?? [];
    if (first === undefined) return null;
    const members = ts.isObjectLiteralExpression(first) ? membersOf(first) : null;
    if (members === null) {
      const address = addressOf(first);
      if (address === null) return null;
      const options = rest.find(ts.isObjectLiteralExpression);
      const listed = options === undefined ? null : membersOf(options);
      const body = listed?.all.get("body") ?? listed?.all.get("json");
      return { address, options: listed, ...bodyOf(rest, listed, body) };
    }
    const address = members.all.has("url") ? addressOf(members.all.get("url")) : null;
    // what the options spread may have a body
    return address === null ? null : { address, options: members, hasBody: null, sent: undefined };
  }

  function bodyOf(rest, listed, body) {
    if (body !== undefined) return { hasBody: true, sent: body };
    if (rest.length === 0) return { hasBody: false, sent: undefined };
    const isOptions = listed !== null && !listed.isOpen && listed.all.has("method");
    if (rest.length === 1 && isOptions) {
      return { hasBody: [...listed.all.keys()].some((name) => BODIES.has(name)), sent: undefined };
    }
    return { hasBody: null, sent: rest[0] };
  }

  function membersOf(literal) {
    const all = new Map();
    for (const one of literal.properties) {
      if (ts.isPropertyAssignment(one)) all.set(textOf(one.name), one.initializer);
      if (ts.isShorthandPropertyAssignment(one)) all.set(one.name.text, one.name);
    }
    return { all, isOpen: literal.properties.some(ts.isSpreadAssignment) };
  }

  /** The names of a literal that is sent, also inside JSON.stringify. */
  function fieldsOf(node) {
    let at = node;
    if (ts.isCallExpression(at) && at.expression.getText() === "JSON.stringify")
      at = at.arguments[0];
    if (at === undefined || !ts.isObjectLiteralExpression(at)) return null;
    const { all, isOpen } = membersOf(at);
    return isOpen ? null : [...all.keys()];
  }

  /** The method in the name of the called function, in its options, or in those that its body passes on. */
  function methodOf(node, options) {
    const own = options === null ? undefined : options.all.get("method");
    if (own !== undefined) return ts.isStringLiteralLike(own) ? own.text.toLowerCase() : null;
    if (ts.isNewExpression(node)) return "get";
    const callee = ts.isPropertyAccessExpression(node.expression)
      ? node.expression.name
      : node.expression;
    const name = METHODS.exec(nameOf(callee))?.[1] ?? METHODS.exec(callee.getText())?.[1];
    if (name !== undefined) return name.toLowerCase().replace(/^del$/, "delete");
    if (callee.getText() === "fetch") return options?.isOpen ? null : "get";
    const body = functionOf(declarationOf(callee))?.body;
    // a function that passes on options, and gets none
    const isPlain = node.arguments.length === 1 && /\bfetch\(/.test(body?.getText() ?? "");
    return methodIn(body) ?? (isPlain ? "get" : null);
  }

  function nameOf(name) {
    const symbol = checker.getSymbolAtLocation(name);
    const isAlias = symbol && symbol.flags & ts.SymbolFlags.Alias;
    return (isAlias ? checker.getAliasedSymbol(symbol) : symbol)?.name ?? "";
  }

  function declarationOf(name) {
    const symbol = checker.getSymbolAtLocation(name);
    const alias =
      symbol && symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
    return (alias?.declarations ?? []).find((one) => ours.has(one.getSourceFile()));
  }

  /** What requests: the client before the method, or the module with functions for the methods. */
  function calleeOf(node) {
    const { expression } = node;
    const isMember = ts.isPropertyAccessExpression(expression);
    const declaration = declarationOf(isMember ? expression.name : expression);
    if (declaration !== undefined) return declaration.getSourceFile().fileName;
    return `${folder}:${(isMember ? expression.expression : expression).getText()}`;
  }

  /** The called function with its body, where it is one of the page. */
  function clientOf(node) {
    const { expression } = node;
    const declaration = declarationOf(
      ts.isPropertyAccessExpression(expression) ? expression.name : expression,
    );
    return `${expression.getText()}( ${functionOf(declaration)?.body?.getText() ?? ""}`;
  }

  /** The types that the page gives to the answer, the surest first. */
  function answersOf(node, owner) {
    const types = (node.typeArguments ?? []).map((one) => checker.getTypeFromTypeNode(one));
    const body = owner?.body;
    if (body !== undefined) types.push(...castsIn(body));
    for (let at = owner; at !== undefined; at = ts.findAncestor(at.parent, ts.isFunctionLike)) {
      if (at.type !== undefined) types.push(checker.getTypeFromTypeNode(at.type));
    }
    types.push(checker.getTypeAtLocation(node));
    const shapes = types.map(shapeOf).filter((shape) => shape !== null);
    return [...new Map(shapes.map((shape) => [JSON.stringify(shape), shape])).values()];
  }

  /** `(await response.json()) as Job`, `const job: Job = response.data`. */
  function castsIn(body) {
    const found = [];
    const visit = (node) => {
      const value = ts.isAsExpression(node) ? node.expression : node.initializer;
      const isTyped = ts.isAsExpression(node) || ts.isVariableDeclaration(node);
      if (isTyped && node.type !== undefined && value !== undefined) {
        if (/\.(json\(\)|data)\)*$/.test(value.getText()))
          found.push(checker.getTypeFromTypeNode(node.type));
      }
      ts.forEachChild(node, visit);
    };
    visit(body);
    return found;
  }
}

/** The only `method: "POST"` in the body of a function. */
function methodIn(body) {
  const found = new Set();
  const visit = (node) => {
    const isMethod = ts.isPropertyAssignment(node) && node.name.getText() === "method";
    if (isMethod) found.add(ts.isStringLiteralLike(node.initializer) ? node.initializer.text : "");
    ts.forEachChild(node, visit);
  };
  if (body !== undefined) visit(body);
  const [method] = found;
  return found.size === 1 && method ? method.toLowerCase() : null;
}
