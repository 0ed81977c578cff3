/**
 * One address of a call: `{ host, path, query, lead }`. The host is `relative`, `local` (this machine), `unknown` (a
 * setting) or `other`; in the path `{}` is a segment that is filled in at run time. `lead` is the parameter that the
 * path begins with: only a caller knows the address then. Null where an address cannot be read at all.
 */
const LOCAL = /^(localhost|127\.0\.0\.1|0\.0\.0\.0|\[::1\])(:\d+)?$/;
const QUERY_NAME = /quer|param|search|qs|suffix|filter|string/i;
const PATH_NAME = /path|url|uri|endpoint|route|resource|suffix/i;

export function addressOf(parts) {
  const query = { names: [], open: false };
  // a parameter before more text is a base that was passed in
  const bases = leadingBases(parts);
  const host = bases.length > 0 ? "unknown" : "relative";
  const base = bases[0]?.name ?? "";
  const rest = parts.slice(bases.length);
  let path = "";
  let inQuery = false;
  let pairs = "";
  for (const [index, part] of rest.entries()) {
    const isLast = index === rest.length - 1;
    if (typeof part === "string") {
      // `&` without a `?` before it: one of two alternatives, and the other has the `?`
      const cut = inQuery ? -1 : part.search(/[?#&]/);
      if (inQuery || cut >= 0) pairs += inQuery ? part : part.slice(cut + 1);
      if (!inQuery) path += cut >= 0 ? part.slice(0, cut) : part;
      inQuery ||= cut >= 0;
    } else if (part.hole === "query") {
      query.names.push(...part.names);
      query.open ||= part.open;
      inQuery = true;
    } else if (inQuery) {
      query.open ||= isWholePairs(pairs, part);
      pairs += "{}";
    } else {
      const lead = leadOf(part, path);
      if (lead === "lead") return { host, base, path, query, lead: part.parameter };
      if (lead === "query" && isLast) query.open = true;
      else if (lead === "unreadable") return null;
      else path += "{}";
    }
  }
  // nothing but a base: what is called cannot be read
  if (path === "" && host === "unknown") return null;
  readQuery(query, pairs);
  return withHost({ host, base, path, query: { ...query, names: [...new Set(query.names)] } });
}

function leadingBases(parts) {
  const first = parts[0];
  if (!isHole(first) || first.hole === "query") return [];
  if (parts.length === 1 && first.hole !== "base") return [];
  const end = parts.findIndex(
    (part, index) => index > 0 && !(isHole(part) && part.hole === "base"),
  );
  const next = parts[end];
  // what is right before a query is the path
  const isPath = typeof next === "string" ? /^[?#]/.test(next) : next?.hole === "query";
  return parts.slice(0, end < 0 ? parts.length : end - (isPath ? 1 : 0));
}

const isHole = (part) => part !== undefined && typeof part !== "string";

/** What a hole in the path is: a segment, the rest of the path, or a query string. */
function leadOf(part, text) {
  const path = text.replace(/^\w+:\/\/[^/]*/, "");
  const isParameter = part.hole === "parameter";
  const isAfterSlash = path.endsWith("/");
  const segments = path.split("/").filter(Boolean).length;
  if (path === "" || (!isAfterSlash && !path.includes("/")))
    return isParameter ? "lead" : "unreadable";
  if (isAfterSlash) {
    if (isParameter && PATH_NAME.test(part.name) && !part.name.includes("(")) return "lead";
    return segments === 0 && !isParameter ? "unreadable" : "segment";
  }
  if (QUERY_NAME.test(part.name)) return "query";
  if (isParameter) return segments <= 2 ? "lead" : "segment";
  return /\/[^/]*[-_.:@]$/.test(path) ? "segment" : "query";
}

function readQuery(query, text) {
  for (const pair of text.split("#")[0].split("&")) {
    const name = pair.split("=")[0];
    if (/^[\w.[\]-]+$/.test(name)) query.names.push(name);
  }
}

/** A hole right after `?` or `&` is pairs of names and values; after `=` it is a value. */
const isWholePairs = (pairs, part) => /(^|&)$/.test(pairs) || QUERY_NAME.test(part.name);

function withHost({ host, base, path: written, query }) {
  // browsers drop a space at the end
  const path = query.names.length > 0 || query.open ? written : written.trimEnd();
  const absolute = /^(?:https?|wss?):\/\/([^/]*)(.*)$/.exec(path);
  if (absolute === null) {
    if (/^\w+:/.test(path)) return null;
    return { host, base, path: `/${path}`.replace(/\/+/g, "/"), query };
  }
  const [, name, rest] = absolute;
  const kind = LOCAL.test(name) ? "local" : name.includes("{}") ? "unknown" : "other";
  return { host: kind, base: name, path: `/${rest}`.replace(/\/+/g, "/"), query };
}
