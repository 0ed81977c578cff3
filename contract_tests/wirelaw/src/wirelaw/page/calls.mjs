/**
 * The HTTP calls of the page. Each is followed from the fetch outwards through the functions that pass the address on,
 * until the address is written out; what the call sends and takes the answer for is read along the way.
 */
import { addressOf } from "./address.mjs";
import { Answers } from "./awaited.mjs";
import { Bodies } from "./bodies.mjs";
import { Callers } from "./callers.mjs";
import { readFailures } from "./failures.mjs";
import { Functions } from "./functions.mjs";
import { NO_ENV, Scope } from "./scope.mjs";
import { Sinks } from "./sinks.mjs";
import { Urls } from "./urls.mjs";

const CHAIN = 6;
const HEADER = /^(authorization|x-[a-z][\w-]*|api-?key|[a-z]+-(?:api-)?(?:key|token))$/i;

/** The reader: a project is read whole when it is opened, because a call needs its callers. */
export function openCalls(project) {
  new Calls(project).read();
  return () => {};
}

class Calls {
  constructor(project) {
    this.project = project;
    this.ts = project.ts;
    this.scope = new Scope(project);
    this.functions = new Functions(this.scope);
    this.urls = new Urls(this.scope, this.functions);
    this.bodies = new Bodies(this.scope, project.placeOf);
    this.sinks = new Sinks(this.scope, this.functions);
    this.callers = new Callers(this.scope, this.functions, project.sources);
    this.answers = new Answers(this.scope, this.functions, this.bodies, this.callers, project);
    this.facts = new Map();
  }

  read() {
    const { ts, project } = this;
    const sinks = [];
    const headers = new Set();
    let readsDetail = false;
    const visit = (node) => {
      const sink = this.sinks.of(node);
      if (sink !== null) sinks.push(sink);
      if (ts.isIdentifier(node) || ts.isStringLiteralLike(node)) {
        if (HEADER.test(node.text)) headers.add(node.text.toLowerCase());
        // axios and generated clients write the header themselves
        if (node.text === "auth" && ts.isPropertyAssignment(node.parent))
          headers.add("authorization");
        readsDetail ||= isErrorDetail(node, ts);
      }
      this.answers.noticed.visit(node);
      ts.forEachChild(node, visit);
    };
    for (const file of project.sources) visit(file);
    for (const sink of sinks) this.follow(sink, []);
    this.add({
      kind: "project",
      folder: project.folder,
      headers: [...headers].sort(),
      readsDetail,
      ...this.answers.noticed.facts(),
    });
    const places = sinks.map(({ node }) => node);
    for (const fact of readFailures(this.scope, this.functions, this.callers, places, project)) {
      this.add(fact);
    }
    this.finish();
  }

  add(fact) {
    this.facts.set(JSON.stringify(fact), fact);
  }

  /** Hands the facts over. A call that could be followed to its fetch is not one of a generated client as well. */
  finish() {
    const keyOf = ({ place, path }) => `${place.path}:${place.line} ${path}`;
    const calls = [...this.facts.values()].filter(({ kind }) => kind === "call");
    const followed = new Set(calls.filter((one) => !one.generated).map(keyOf));
    for (const fact of this.facts.values()) {
      const isTwice = fact.kind === "call" && fact.generated && followed.has(keyOf(fact));
      if (!isTwice) this.project.add(fact);
    }
  }

  /** The env in which a sink runs when the outermost of these calls is made; calls are listed from the inside. */
  envOf(chain) {
    return chain.reduceRight(
      (env, { owner, call }) => this.functions.bind(owner, call, env),
      NO_ENV,
    );
  }

  follow(sink, chain) {
    const env = this.envOf(chain);
    const leads = new Set();
    for (const parts of written(this.alternatives(sink, env))) {
      const address = addressOf(parts);
      if (address === null || address.host === "other") this.skip(sink, chain, address);
      else if (address.lead === undefined) this.emit(sink, chain, env, address);
      else leads.add(address.lead.parent);
    }
    for (const owner of leads) this.climb(chain, owner, (next) => this.follow(sink, next));
  }

  climb(chain, owner, visit) {
    if (chain.length >= CHAIN || chain.some((one) => one.owner === owner)) return;
    for (const call of this.callers.of(owner)) visit([...chain, { owner, call }]);
  }

  skip(sink, chain, address) {
    if (address !== null) return;
    const node = chain.at(-1)?.call ?? sink.node;
    this.add({ kind: "unread", place: this.project.placeOf(node), text: firstLine(node) });
  }

  alternatives(sink, env) {
    const own = this.valueOf(sink, env);
    const { client } = sink;
    if (!client?.hasBase) return own;
    const base =
      client.base === null
        ? [[{ hole: "base", name: client.name }]]
        : this.urls.text(client.base.node, client.base.env);
    return own.flatMap((path) => {
      const isWhole = typeof path[0] === "string" && /^https?:/.test(path[0]);
      if (isWhole) return [path];
      const isRooted = typeof path[0] === "string" && path[0].startsWith("/");
      return base.map((one) => [...one, ...(isRooted || isHole(path[0]) ? [] : ["/"]), ...path]);
    });
  }

  valueOf(sink, env) {
    if (sink.url !== undefined) return this.urls.text(sink.url, env);
    const url = this.scope.property(this.scope.reduce(sink.config, env), "url");
    if (url.kind !== "node") return [];
    return this.urls.text(url.node, url.env);
  }

  emit(sink, chain, env, address) {
    const { placeOf } = this.project;
    const site = chain.at(-1)?.call ?? sink.node;
    const body = this.bodyOf(sink, env);
    const { host, base, path, query } = address;
    const fact = {
      kind: "call",
      place: placeOf(site),
      sink: placeOf(sink.node),
      host,
      base,
      path,
      method: this.methodOf(sink, env),
      query: this.queryOf(sink, env, query),
      stream: sink.stream === true,
      generated: sink.generated === true,
    };
    this.add({ ...fact, body: plain(body), answers: this.answers.of(sink, chain), outer: false });
    if (body.parameter !== undefined) this.outer(sink, chain, fact, body.parameter.parent, 3);
  }

  /** The calls that decide what is sent, where the function with the address takes the body as a parameter. */
  outer(sink, chain, fact, owner, depth) {
    if (depth === 0 || !this.functions.isFunction(owner)) return;
    this.climb(chain, owner, (next) => {
      const body = this.bodyOf(sink, this.envOf(next));
      const place = this.project.placeOf(next.at(-1).call);
      if (body.kind === "none" || body.literal) {
        this.add({ ...fact, place, body: plain(body), answers: [], outer: true });
      } else if (body.parameter !== undefined) {
        this.outer(sink, next, fact, body.parameter.parent, depth - 1);
      }
    });
  }

  methodOf(sink, env) {
    if (sink.method !== undefined) return sink.method;
    const found = this.sinks.option(sink, ["method"], env);
    if (found.kind === "absent") return sink.stream ? "GET" : "GET";
    if (found.kind !== "node") return null;
    const texts = this.urls.text(found.node, found.env);
    const isOne = texts.length === 1 && texts[0].length === 1 && typeof texts[0][0] === "string";
    return isOne ? texts[0][0].toUpperCase() : null;
  }

  bodyOf(sink, env) {
    if (sink.stream && sink.method === "GET") return { kind: "none", fields: [], open: false };
    if (sink.generated) return { kind: "unknown", fields: [], open: true };
    if (sink.data !== undefined) {
      if (sink.data === null) return { kind: "none", fields: [], open: false };
      return this.bodies.of(this.scope.reduce(sink.data, env));
    }
    return this.bodies.of(this.sinks.option(sink, sink.bodies ?? [], env));
  }

  queryOf(sink, env, query) {
    const options = sink.nested ? this.sinks.option(sink, [sink.nested], env) : undefined;
    const found = options
      ? this.scope.property(options, "query")
      : this.sinks.option(sink, sink.queries ?? [], env);
    if (found.kind === "absent") return query;
    if (found.kind !== "node") return { ...query, open: true };
    const added = this.urls.queries.object(found.node, found.env);
    return {
      names: [...new Set([...query.names, ...added.names])],
      open: query.open || added.open,
    };
  }
}

/** Without the alternatives that end early where others go on: nothing is called yet, or no query is sent. */
function written(alternatives) {
  const whole = alternatives.filter((parts) => parts.lastIndexOf("") <= 0);
  return whole.length > 0 ? whole : alternatives;
}

/** `error.detail`, `body.detail`, `{ detail } = …`, `"detail" in body`: the word of FastAPI's errors is read. */
function isErrorDetail(node, ts) {
  if (node.text !== "detail") return false;
  const { parent } = node;
  if (ts.isPropertyAccessExpression(parent)) {
    return (
      parent.name === node &&
      /err|body|json|payload|resp?\b|\bdata$/i.test(parent.expression.getText())
    );
  }
  if (ts.isStringLiteralLike(node))
    return ts.isBinaryExpression(parent) || ts.isElementAccessExpression(parent);
  const holder = ts.findAncestor(
    parent,
    (one) => ts.isAsExpression(one) || ts.isDeclarationStatement(one),
  );
  if (!ts.isPropertySignature(parent) || holder === undefined) return false;
  return ts.isAsExpression(holder) || /err|fail|problem|http|valid/i.test(holder.name?.text ?? "");
}

const isHole = (part) => part !== undefined && typeof part !== "string";
const firstLine = (node) => node.getText().split("\n")[0].slice(0, 80);

/** A body as JSON: without nodes of the syntax tree. */
function plain({ kind, fields, open, literal, type, maybe }) {
  return {
    kind,
    fields: fields.map(({ symbol: _, ...one }) => one),
    open,
    literal: literal === true,
    type: type ?? "",
    maybe: maybe === true,
  };
}
