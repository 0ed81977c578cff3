/**
 * What a call takes the JSON of its answer for: `{ path, kind, name, fields, place }`, where `path` are the members that
 * wrappers take off on the way (`["data"]` for an envelope). Null where no type says it, or not where.
 */
import { isRefused, jsonCalls } from "./responses.mjs";

export class Answers {
  constructor(scope, functions, bodies) {
    this.scope = scope;
    this.ts = scope.ts;
    this.functions = functions;
    this.bodies = bodies;
  }

  of(sink, chain) {
    const { ts } = this;
    if (sink.stream || sink.generated) return null;
    const owner = ts.findAncestor(sink.node, (one) => ts.isFunctionLike(one));
    let { node, path } = this.inSink(sink, owner);
    for (const { owner: callee, call } of chain) {
      if (path === null) return null;
      if (node !== null && !this.isParameter(node)) break;
      const index = this.indexOf(callee, node);
      const argument = call.typeArguments?.[index];
      if (argument === undefined) return null;
      const inner = this.locate(argument);
      path = inner === null ? path : [...path, ...inner.path];
      node = inner?.node ?? argument;
    }
    if (path === null || node === null) return null;
    const type = this.scope.checker.getTypeFromTypeNode(node);
    const answer = type.flags & ts.TypeFlags.TypeParameter ? null : this.bodies.answer(type);
    return answer === null ? null : { ...answer, path, place: this.bodies.placeOf(node) };
  }

  indexOf(callee, node) {
    const name = node?.getText();
    return Math.max(
      0,
      (callee.typeParameters ?? []).findIndex((one) => one.name.text === name),
    );
  }

  isParameter(node) {
    const type = this.scope.checker.getTypeFromTypeNode(node);
    return (type.flags & this.ts.TypeFlags.TypeParameter) !== 0;
  }

  /** Where a type parameter is in a type: `{ node, path }`; null in a type without one. */
  locate(node) {
    const { ts } = this;
    if (this.isParameter(node)) return { node, path: [] };
    if (!ts.isTypeReferenceNode(node)) return null;
    const [argument] = node.typeArguments ?? [];
    if (argument === undefined || !this.isParameter(argument)) return null;
    if (node.typeName.getText() === "Promise") return { node: argument, path: [] };
    const parameter = this.scope.checker.getTypeFromTypeNode(argument);
    const type = this.scope.checker.getTypeFromTypeNode(node);
    const member = type.getProperties().find((one) => {
      const found = this.scope.checker.getTypeOfSymbol(one);
      return found === parameter || (found.isUnion() && found.types.includes(parameter));
    });
    return member === undefined ? null : { node: argument, path: [member.name] };
  }

  inSink(sink, owner) {
    const nothing = { node: null, path: null };
    const [own, whole] = sink.node.typeArguments ?? [];
    // the second is the whole response; the first is often the type of what is sent then
    if (sink.isAxios && whole !== undefined) {
      const data = whole.members?.find((one) => one.name?.getText() === "data")?.type;
      return data === undefined ? nothing : this.located(data);
    }
    if (sink.isAxios && own !== undefined) return this.located(own);
    if (sink.isAxios || owner === undefined) return nothing;
    const types = this.jsonTypes(owner);
    return types.length === 1 ? this.located(types[0]) : nothing;
  }

  located(node) {
    const inner = this.locate(node);
    return inner ?? { node, path: [] };
  }

  /** The types that a function takes the JSON of its response for; of a failed response too. */
  jsonTypes(owner) {
    const { ts } = this;
    const answers = jsonCalls(ts, owner).filter(
      (one) => !isRefused(ts, one, owner) && !ts.findAncestor(one, ts.isCatchClause),
    );
    return answers.map((one) => this.typeAround(one, owner)).filter((type) => type !== null);
  }

  typeAround(json, owner) {
    const { ts } = this;
    let node = json.parent;
    while (ts.isAwaitExpression(node) || ts.isParenthesizedExpression(node)) node = node.parent;
    if (ts.isAsExpression(node)) return this.unwrapped(node.type);
    if (ts.isVariableDeclaration(node) && node.type) return this.unwrapped(node.type);
    if (
      ts.isReturnStatement(node) &&
      owner.type &&
      ts.findAncestor(node, ts.isFunctionLike) === owner
    ) {
      return this.unwrapped(owner.type);
    }
    return null;
  }

  unwrapped(type) {
    const isPromise = this.ts.isTypeReferenceNode(type) && type.typeName.getText() === "Promise";
    return isPromise ? (type.typeArguments?.[0] ?? null) : type;
  }
}
