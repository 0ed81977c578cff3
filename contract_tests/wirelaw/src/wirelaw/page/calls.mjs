/**
 * The HTTP calls of the page. Each is followed from the fetch outwards through the functions that pass the address on,
 * until the address is written out; what the call sends and takes the answer for is read along the way.
 */
import { addressOf } from "./address.mjs";
import { Answers } from "./awaited.mjs";
import { Bodies, plain, UNKNOWN_BODY } from "./bodies.mjs";
import { Callers } from "./callers.mjs";
import { readFailures } from "./failures.mjs";
import { Functions } from "./functions.mjs";
import { isErrorDetail } from "./responses.mjs";
import { NO_ENV, Scope } from "./scope.mjs";
import { Sinks } from "./sinks.mjs";
import { Urls } from "./urls.mjs";

const CHAIN = 6;
const HEADER = /^(authorization|x-[a-z][\w-]*|api-?key|[a-z]+-(?:api-)?(?:key|token))$/i;

const projects = new WeakMap();

/** The calls of a project, read once and whole, because a call needs its callers: `{ facts, sites }`. */
export function callsOf(project) {
  const { checker } = project;
  if (!projects.has(checker)) projects.set(checker, new Calls(project).read());
  return projects.get(checker);
}

export function openCalls(project) {
  for (const fact of callsOf(project).facts) project.add(fact);
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
    this.sites = new Set(); // the calls that write an address out
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
        // and a gateway may make it of a cookie
        const isCookie = node.text === "credentials" || node.text === "withCredentials";
        if ((isCookie || node.text === "auth") && ts.isPropertyAssignment(node.parent))
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
    for (const fact of readFailures(this.scope, this.functions, this.callers, sinks, project)) {
      this.add(fact);
    }
    return { facts: this.once(), sites: this.sites };
  }

  add(fact) {
    this.facts.set(JSON.stringify(fact), fact);
  }

  /** The facts. A call that could be followed to its fetch is not one of a generated client as well. */
  once() {
    const keyOf = ({ place }) => `${place.path}:${place.line}`;
    const facts = [...this.facts.values()];
    const calls = facts.filter((one) => one.kind === "call" && !one.generated);
    const followed = new Set(calls.map(keyOf));
    return facts.filter((one) => !one.generated || !followed.has(keyOf(one)));
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
    this.sites.add(site);
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
    this.outer(sink, chain, fact, body, 4);
  }

  /** The calls that decide what is sent, where the function with the address takes it as a parameter. */
  outer(sink, chain, fact, inner, depth) {
    const owners = this.senders(sink, chain, inner).filter((one) => this.functions.isFunction(one));
    for (const owner of depth === 0 ? [] : owners) {
      this.climb(chain, owner, (next) => {
        const env = this.envOf(next);
        const body = this.bodyOf(sink, env);
        // a type that the function itself names was compared there
        const isNews = body.kind === "none" || body.literal || inner.kind === "unknown";
        const query = this.queryOf(sink, env, { names: [], open: false });
        const names = query.names.filter((name) => !fact.query.names.includes(name));
        const place = this.project.placeOf(next.at(-1).call);
        const sent = isNews ? body : UNKNOWN_BODY;
        if (sent.kind !== "unknown" || names.length > 0) {
          const own = { place, query: { names, open: true }, body: plain(sent) };
          this.add({ ...fact, ...own, answers: [], outer: true });
        }
        const before = { names: [...fact.query.names, ...names], open: true };
        if (!body.literal) this.outer(sink, next, { ...fact, query: before }, body, depth - 1);
      });
    }
  }

  /** The functions whose parameters are the body, or the options that a generated client passes on. */
  senders(sink, chain, body) {
    const found = body.parameter === undefined ? [] : [body.parameter];
    const [options] = sink.generated ? sink.options : [];
    if (options)
      found.push(...this.functions.passed(this.scope.reduce(options, this.envOf(chain))));
    return [...new Set(found.map((one) => one.parent))];
  }

  methodOf(sink, env) {
    if (sink.method !== undefined) return sink.method;
    const found = this.sinks.option(sink, ["method"], env);
    if (found.kind === "absent") return "GET";
    if (found.kind !== "node") return null;
    const texts = this.urls.text(found.node, found.env);
    const isOne = texts.length === 1 && texts[0].length === 1 && typeof texts[0][0] === "string";
    return isOne ? texts[0][0].toUpperCase() : null;
  }

  bodyOf(sink, env) {
    if (sink.stream && sink.method === "GET") return { kind: "none", fields: [], open: false };
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

const isHole = (part) => part !== undefined && typeof part !== "string";
const firstLine = (node) => node.getText().split("\n")[0].slice(0, 80);
