/**
 * The calls that go out on the wire: fetch and its like, axios and ky with their instances, openapi-fetch, generated
 * clients, EventSource. A sink has the expressions `url`, `method`, `body` and `query` as functions of an env.
 */
import { ABSENT, UNKNOWN } from "./scope.mjs";

const FETCHES = new Set(["fetch", "$fetch", "ofetch", "fetchEventSource", "fetchWithTimeout"]);
const VERBS = new Set(["get", "post", "put", "patch", "delete", "head", "del"]);
const WITH_BODY = new Set(["post", "put", "patch"]);
const HOOKS = /^(use\w*Query|queryOptions|useMutation)$/;
const SERVERS = /^(app|router|server|express|fastify|http|mock|nock|msw|rest|worker)$/i;

export class Sinks {
  constructor(scope, functions) {
    this.scope = scope;
    this.ts = scope.ts;
    this.functions = functions;
  }

  /** The sink that a node is, or null. */
  of(node) {
    const { ts } = this;
    if (
      ts.isNewExpression(node) &&
      node.expression.getText() === "EventSource" &&
      node.arguments?.[0]
    ) {
      return { node, url: node.arguments[0], method: "GET", stream: true, options: [] };
    }
    if (!ts.isCallExpression(node) || node.arguments.length === 0) return null;
    if (node.arguments.some((one) => ts.isSpreadElement(one))) return null;
    const callee = this.scope.strip(node.expression);
    if (ts.isPropertyAccessExpression(callee))
      return this.member(node, callee) ?? this.described(node, "");
    if (ts.isIdentifier(callee)) return this.named(node, callee) ?? this.described(node, "");
    return null;
  }

  named(node, callee) {
    const [url, options] = node.arguments;
    if (FETCHES.has(callee.text) && this.functions.calledFunction(node) === undefined) {
      return this.fetching(node, url, options, callee.text);
    }
    const client = this.client(callee);
    if (client === null) return null;
    if (this.ts.isObjectLiteralExpression(url)) return this.configured(node, url, client);
    return { ...this.fetching(node, url, options, client.library), client };
  }

  fetching(node, url, options, name) {
    return {
      node,
      url,
      options: options === undefined ? [] : [options],
      stream: name === "fetchEventSource",
      bodies: name === "axios" ? ["data"] : name === "ky" ? ["json", "body"] : ["body"],
      queries: name === "ky" ? ["searchParams"] : name === "fetch" ? [] : ["query", "params"],
    };
  }

  member(node, callee) {
    const name = callee.name.text;
    const [first, second, third] = node.arguments;
    if (name === "fetch" && /^(globalThis|window|self)$/.test(callee.expression.getText())) {
      return this.fetching(node, first, second, "fetch");
    }
    if (name === "sendBeacon")
      return { node, url: first, method: "POST", options: [], data: second ?? null };
    if (/^(GET|POST|PUT|PATCH|DELETE)$/.test(name)) return this.typed(node, name, first, second);
    if (HOOKS.test(name) && second && VERBS.has(this.literal(first)?.text)) {
      const sink = this.typed(node, first.text.toUpperCase(), second, third);
      return sink && { ...sink, generated: name === "useMutation" };
    }
    if (name === "request") {
      const client = this.client(callee.expression);
      return client === null ? null : this.configured(node, first, client);
    }
    if (!VERBS.has(name) || this.functions.calledFunction(node) !== undefined) return null;
    if (this.ts.isObjectLiteralExpression(first)) return this.described(node, name.toUpperCase());
    const client = this.client(callee.expression) ?? this.guessed(node, callee);
    if (client === null) return null;
    const isKy = client.library === "ky";
    const hasBody = WITH_BODY.has(name) && !isKy;
    const options = hasBody ? third : second;
    return {
      node,
      url: first,
      client,
      method: name === "del" ? "DELETE" : name.toUpperCase(),
      options: options === undefined ? [] : [options],
      ...(hasBody ? { data: second ?? null } : {}),
      bodies: isKy ? ["json", "body"] : ["data"],
      queries: [isKy ? "searchParams" : "params"],
      isAxios: !isKy,
    };
  }

  /** A client whose library cannot be seen: the path is a literal, and nothing is a handler of a route. */
  guessed(node, callee) {
    const { ts } = this;
    const [first] = node.arguments;
    const text = ts.isTemplateExpression(first)
      ? first.head.text
      : ts.isStringLiteralLike(first)
        ? first.text
        : "";
    if (!text.startsWith("/") || SERVERS.test(callee.expression.getText())) return null;
    const values = node.arguments.map((one) => this.scope.reduce(one));
    if (values.some((one) => one.kind === "node" && ts.isFunctionLike(one.node))) return null;
    const declaration = this.scope.checker.getResolvedSignature(node)?.declaration;
    const isLibrary =
      declaration && /\blib\.[\w.]+\.d\.ts$/.test(declaration.getSourceFile().fileName);
    return isLibrary
      ? null
      : { library: "axios", base: null, hasBase: true, name: callee.expression.getText() };
  }

  /** `client.POST("/jobs/{id}", { params: { path, query }, body })`, `$api.useQuery("get", "/jobs", { params })` */
  typed(node, method, url, options) {
    if (!this.ts.isStringLiteralLike(url) || !url.text.startsWith("/")) return null;
    const client = { library: "openapi-fetch", base: null, hasBase: true, name: "openapi-fetch" };
    const sink = { node, url, method, client, options: options === undefined ? [] : [options] };
    return { ...sink, bodies: ["body"], queries: [], nested: "params" };
  }

  /** A call with an object that has a literal address and a method: generated clients, axios.request. */
  described(node, verb) {
    const { ts } = this;
    for (const argument of node.arguments) {
      if (!ts.isObjectLiteralExpression(argument)) continue;
      const text = (name) => this.literalOf(argument, name);
      const url = text("url") ?? text("path") ?? this.written(node);
      const method = verb || text("method")?.text?.toUpperCase();
      if (!url?.text?.startsWith("/") || !method || !/^[A-Z]+$/.test(method)) continue;
      const client = { library: "generated", base: null, hasBase: true, name: "generated client" };
      const names = argument.properties.map((one) => one.name?.getText());
      const own = ["data", "formData"].filter((one) => names.includes(one));
      const bodies = own.length > 0 ? own : ["body", "requestBody"];
      const queries = ["query", "params"];
      const sink = { node, url, method, client, options: [argument], bodies, queries };
      return { ...sink, generated: true };
    }
    return null;
  }

  literalOf(object, name) {
    const found = object.properties.find(
      (one) => one.name?.getText().replace(/["']/g, "") === name,
    );
    if (found === undefined || !this.ts.isPropertyAssignment(found)) return undefined;
    return this.literal(found.initializer);
  }

  literal(expression) {
    const value = this.scope.strip(expression);
    if (this.ts.isStringLiteralLike(value)) return value;
    return this.ts.isTemplateExpression(value)
      ? Object.assign(value, { text: value.head.text })
      : undefined;
  }

  /** An address that stands before the options, or that a function of its own writes; the client takes it as it is. */
  written(call) {
    const [expression] = call.arguments;
    const client = this.functions.calledFunction(call);
    if (client !== undefined && !this.functions.passesOn(client)) return undefined;
    const own = this.literal(expression);
    if (own !== undefined || !this.ts.isCallExpression(expression)) return own;
    const inner = this.functions.calledFunction(expression);
    const [found] = inner === undefined ? [] : this.functions.returned(inner);
    const text = found && this.literal(found)?.text;
    return text && Object.assign(expression, { text });
  }

  configured(node, config, client) {
    return { node, client, config, options: [config], bodies: ["data"], queries: ["params"] };
  }

  /** The library of an object, with the base of its instance; null where it is none. */
  client(expression, depth = 6) {
    const { ts } = this;
    const node = this.scope.strip(expression);
    const name = node.getText();
    if (depth === 0) return null;
    const library = ts.isIdentifier(node) ? this.imported(node) : "";
    if (library === "axios" || library === "ky") {
      return { library, base: null, hasBase: false, name };
    }
    const value = this.scope.reduce(this.assigned(node) ?? node);
    if (value.kind !== "node" || !ts.isCallExpression(value.node)) return null;
    const call = value.node;
    const callee = call.expression;
    if (ts.isPropertyAccessExpression(callee) && /^(create|extend)$/.test(callee.name.text)) {
      const parent = this.client(callee.expression, depth - 1);
      if (parent === null) return null;
      const options = call.arguments[0] ? this.scope.reduce(call.arguments[0]) : ABSENT;
      const names = ["baseURL", "prefixUrl", "prefix"];
      const bases = names.map((one) => this.scope.property(options, one));
      const base = bases.find((one) => one.kind === "node") ?? null;
      const isUnknown = bases.some((one) => one.kind === "unknown");
      return { library: parent.library, base, hasBase: base !== null || isUnknown, name };
    }
    const inner = this.functions.calledFunction(call);
    if (inner === undefined) return null;
    const found = this.functions.returned(inner).map((one) => this.client(one, depth - 1));
    const clients = found.filter((one) => one !== null);
    if (clients.length < 2) return clients[0] ?? null;
    return { library: clients[0].library, base: null, hasBase: true, name };
  }

  /** The package that a name is imported from, whatever it is called here; a name that nothing declares is its own. */
  imported(identifier) {
    const [declared] = this.scope.checker.getSymbolAtLocation(identifier)?.declarations ?? [];
    if (declared === undefined) return identifier.text;
    const found = this.ts.findAncestor(declared, this.ts.isImportDeclaration);
    return found && !this.ts.isImportSpecifier(declared) ? found.moduleSpecifier.text : "";
  }

  /** What `this.client = …` assigns. */
  assigned(node) {
    const { ts } = this;
    if (!ts.isPropertyAccessExpression(node) || node.expression.kind !== ts.SyntaxKind.ThisKeyword)
      return null;
    const owner = ts.findAncestor(node, (one) => ts.isClassLike(one));
    let found = null;
    const visit = (one) => {
      const isAssignment =
        ts.isBinaryExpression(one) && one.operatorToken.kind === ts.SyntaxKind.EqualsToken;
      if (isAssignment && one.left.getText() === node.getText()) found = one.right;
      ts.forEachChild(one, visit);
    };
    if (owner !== undefined) visit(owner);
    return found;
  }

  /** What a sink's options say of one member, of any of these names; options that cannot be seen are unknown. */
  option(sink, names, env) {
    for (const options of sink.options) {
      const value = this.scope.reduce(options, env);
      for (const name of names) {
        const found = this.scope.property(value, name);
        if (found.kind !== "absent") return found;
      }
      if (value.kind === "unknown") return UNKNOWN;
    }
    return ABSENT;
  }
}
