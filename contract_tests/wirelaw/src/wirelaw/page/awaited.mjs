/**
 * What a call takes the JSON of its answer for. The answer is followed from the call through promises, variables,
 * wrappers, hooks and callbacks; a type that it gets on the way says what is expected, and where it has none, its reads do.
 */
import { Expected } from "./expected.mjs";
import { isNoRead } from "./no-reads.mjs";
import { Noticed } from "./noticed.mjs";
import { References } from "./references.mjs";
import { dataType } from "./responses.mjs";

const MOST = 400; // steps for one call
const CLIMBS = 5;
const LISTS =
  /^(map|filter|forEach|find|findIndex|some|every|flatMap|slice|sort|toSorted|reverse|concat)$/;
const SAME_LIST = /^(filter|slice|sort|toSorted|reverse|concat)$/;
const HOOK = /^use(\w*Query|\w*Queries|SWR\w*)$/;
//: members of text, of numbers and of any object
const BUILT_IN =
  /^(length|reduce|join|includes|indexOf|keys|entries|values|at|push|pop|splice|toString|\w*split|trim|replace\w*|to[A-Z]\w*|startsWith|endsWith|match|hasOwnProperty|then|catch|finally)$/;

export class Answers {
  constructor(scope, functions, bodies, callers, project) {
    Object.assign(this, { scope, functions, bodies, callers, project, ts: scope.ts });
    this.references = new References(scope);
    this.noticed = new Noticed(scope, functions);
  }

  /** Expectations `{ path, kind, name, fields, place, either }`; of those with the same `either` one is enough. */
  of(sink, chain) {
    if (sink.stream || sink.generated || sink.nested) return [];
    this.expected = new Expected(this.scope, this.bodies, this.project);
    this.steps = 0;
    const type = sink.isAxios ? dataType(sink.node) : undefined;
    const isTyped = type !== undefined && this.expected.declared(type, type, { path: [] });
    if (!isTyped) this.follow(sink.node, this.first(sink), { chain, at: 0, climbs: CLIMBS });
    return this.expected.all();
  }

  /** The value of the call: a response, or an object with the JSON in `data`. */
  first({ isAxios, client }) {
    if (!isAxios && client?.library !== "axios") return { state: "response", path: [], inside: [] };
    return {
      state: this.noticed.unwrapped && "json",
      path: [],
      inside: this.noticed.unwrapped ?? [],
    };
  }

  follow(node, value, rest) {
    const { ts } = this;
    this.steps += 1;
    if (this.steps > MOST || value.state === null) return;
    if (value.state === "json" && this.expected.typed(node, value)) return;
    const { parent } = node;
    const on = (next = parent, changed = value) => this.follow(next, changed, rest);
    if (ts.isPropertyAccessExpression(parent) && parent.expression === node) {
      this.member(parent, parent.name.text, value, rest);
    } else if (ts.isElementAccessExpression(parent) && parent.expression === node) {
      const key = parent.argumentExpression;
      if (ts.isStringLiteralLike(key)) this.member(parent, key.text, value, rest);
      if (ts.isNumericLiteral(key) && isJson(value)) on(parent, item(value));
    } else if (ts.isBinaryExpression(parent)) {
      this.binary(node, parent, value, rest);
    } else if (ts.isConditionalExpression(parent)) {
      const other = parent.whenTrue === node ? parent.whenFalse : parent.whenTrue;
      if (parent.condition !== node && this.isEmpty(other)) on();
    } else if (ts.isVariableDeclaration(parent) && parent.initializer === node) {
      this.bind(parent.name, value, rest);
    } else if (ts.isReturnStatement(parent)) {
      this.returned(ts.findAncestor(parent, ts.isFunctionLike), value, rest);
    } else if (ts.isArrowFunction(parent) && parent.body === node) {
      this.returned(parent, value, rest);
    } else if (ts.isForOfStatement(parent) && parent.expression === node) {
      if (!isJson(value) || !ts.isVariableDeclarationList(parent.initializer)) return;
      this.bind(parent.initializer.declarations[0].name, item(value), rest);
    } else if (ts.isPropertyAssignment(parent) && parent.initializer === node) {
      const inside = [parent.name.getText(), ...value.inside];
      on(parent.parent, { ...value, inside });
    } else if (ts.isArrayLiteralExpression(parent)) {
      this.together(node, parent, value, rest);
    } else if (ts.isCallExpression(parent) && parent.expression.getText() === "JSON.parse") {
      if (value.state === "text") on(parent, { ...value, state: "json" });
    } else if (ts.isCallExpression(parent) && /\bisArray$/.test(parent.expression.getText())) {
      this.expected.isTested(node, value);
    } else if (this.scope.strip(parent) !== parent) {
      on();
    }
  }

  isEmpty(node) {
    const { ts } = this;
    const inner = this.scope.strip(node);
    if (ts.isObjectLiteralExpression(inner)) return inner.properties.length === 0;
    if (ts.isArrayLiteralExpression(inner)) return inner.elements.length === 0;
    const isName = ts.isIdentifier(inner) && inner.text === "undefined";
    return isName || ts.isLiteralExpression(inner) || inner.kind === ts.SyntaxKind.NullKeyword;
  }

  binary(node, parent, value, rest) {
    const { SyntaxKind } = this.ts;
    const { kind } = parent.operatorToken;
    const isChoice = kind === SyntaxKind.BarBarToken || kind === SyntaxKind.QuestionQuestionToken;
    if (isChoice ? parent.left === node : parent.right === node) {
      if (isChoice || kind === SyntaxKind.AmpersandAmpersandToken) this.follow(parent, value, rest);
      else if (kind === SyntaxKind.EqualsToken) this.assigned(parent.left, value, rest);
    } else if (kind === SyntaxKind.InKeyword) {
      this.expected.isTested(node, value);
    }
  }

  /** `let found; found = await response.json()`: followed where nothing else is assigned to it but another response. */
  assigned(target, value, rest) {
    const { ts } = this;
    if (!ts.isIdentifier(target)) return;
    const declaration = this.scope.symbolOf(target)?.valueDeclaration;
    if (!declaration || !ts.isVariableDeclaration(declaration)) return;
    const { initializer } = declaration;
    const uses = this.references.of(declaration.name);
    const isOnly = uses.filter((one) => isNoRead(one)).length === 1;
    const isFirst = initializer === undefined || this.isEmpty(initializer);
    if (value.state !== "response" && !(isOnly && isFirst)) return;
    for (const one of uses) if (!isNoRead(one)) this.follow(one, value, rest);
  }

  /** `Promise.all([a(), b()])`, of which the elements are taken apart. */
  together(node, list, value, rest) {
    const { ts } = this;
    const call = list.parent;
    if (!ts.isCallExpression(call) || call.expression.getText() !== "Promise.all") return;
    const index = list.elements.indexOf(node);
    const owner = ts.isAwaitExpression(call.parent) ? call.parent.parent : call.parent;
    let pattern = ts.isVariableDeclaration(owner) ? owner.name : undefined;
    if (ts.isPropertyAccessExpression(owner) && owner.name.text === "then") {
      pattern = this.callback(owner.parent)?.parameters[0]?.name;
    }
    const element = pattern && ts.isArrayBindingPattern(pattern) ? pattern.elements[index] : null;
    if (element?.name !== undefined) this.bind(element.name, value, rest);
  }

  callback(call, index = 0) {
    const argument = call.arguments?.[index];
    if (argument === undefined) return undefined;
    const found = this.scope.reduce(argument);
    return found.kind === "node" && this.functions.isFunction(found.node) ? found.node : undefined;
  }

  member(access, name, value, rest) {
    const { parent } = access;
    const isCalled = this.ts.isCallExpression(parent) && parent.expression === access;
    if (isCalled && /^(then|catch|finally)$/.test(name)) {
      const first = name === "then" ? this.callback(parent)?.parameters[0] : undefined;
      if (first !== undefined) this.bind(first.name, value, rest);
      if (name !== "then") this.follow(parent, value, rest);
    } else if (value.state !== "json") {
      if (!isCalled || value.state !== "response") return;
      if (name === "clone") this.follow(parent, value, rest);
      if (/^(json|text)$/.test(name)) this.follow(parent, { ...value, state: name }, rest);
    } else if (value.inside.length > 0) {
      const [first, ...inside] = value.inside;
      if (name === first) this.follow(access, { ...value, inside }, rest);
    } else if (isCalled) {
      if (LISTS.test(name)) this.list(access, parent, name, value, rest);
    } else if (isNoRead(access)) {
      this.expected.isOwn(name);
    } else if (!BUILT_IN.test(name)) {
      this.expected.read(access, name, value);
      this.follow(access, { ...value, path: [...value.path, name] }, rest);
    }
  }

  list(access, call, name, value, rest) {
    this.expected.list(access, value);
    const element = this.callback(call)?.parameters[0];
    if (element !== undefined) this.bind(element.name, item(value), rest);
    if (SAME_LIST.test(name)) this.follow(call, value, rest);
    if (name === "find") this.follow(call, item(value), rest);
  }

  bind(name, value, rest) {
    const { ts } = this;
    if (ts.isIdentifier(name)) {
      if (value.state === "json" && this.expected.typed(name, value)) return;
      const declaration = name.parent;
      const symbol = this.scope.symbolOf(name);
      const isFixed = symbol && this.scope.isAssignedOnce(symbol, declaration);
      if (!isFixed && value.state !== "response") return;
      for (const one of this.references.of(name)) this.follow(one, value, rest);
    } else if (ts.isObjectBindingPattern(name)) {
      if (value.state === "json" && this.expected.typed(name, value)) return;
      for (const one of name.elements) {
        const key = one.propertyName ?? one.name;
        if (one.dotDotDotToken || !ts.isIdentifier(key)) continue;
        if (value.state !== "json") continue;
        if (value.inside.length > 0) {
          const [first, ...inside] = value.inside;
          if (key.text === first) this.bind(one.name, { ...value, inside }, rest);
          continue;
        }
        this.expected.read(one, key.text, value);
        this.bind(one.name, { ...value, path: [...value.path, key.text] }, rest);
      }
    }
  }

  /** What a function returns is the value of its calls, of `.then` that it is passed to, or the data of a query. */
  returned(owner, value, rest) {
    const { ts } = this;
    const { parent } = owner ?? {};
    if (parent === undefined) return;
    if (ts.isCallExpression(parent) && ts.isPropertyAccessExpression(parent.expression)) {
      if (parent.expression.name.text === "then" && parent.arguments[0] === owner)
        this.follow(parent, value, rest);
      return;
    }
    const options = ts.isPropertyAssignment(parent) ? parent.parent : undefined;
    const hook = options?.parent ?? parent;
    if (ts.isCallExpression(hook) && HOOK.test(hook.expression.getText())) {
      const isChanged = options?.properties.some((one) => one.name?.getText() === "select");
      if (!isChanged && value.state === "json") {
        const query = { ...value, inside: ["data", ...value.inside] };
        const [own] = hook.typeArguments ?? [];
        if (!own || !this.expected.declared(own, own, value)) this.follow(hook, query, rest);
      }
      return;
    }
    const succeeded = options?.properties.find((one) => one.name?.getText() === "onSuccess");
    const callback = succeeded?.initializer;
    if (callback !== undefined && this.functions.isFunction(callback)) {
      if (callback.parameters[0]) this.bind(callback.parameters[0].name, value, rest);
    }
    const outer = rest.chain[rest.at];
    if (outer?.owner === owner) {
      this.follow(outer.call, value, { ...rest, at: rest.at + 1 });
    } else if (rest.climbs > 0) {
      const next = { ...rest, climbs: rest.climbs - 1 };
      // a function inside the one that is followed: its calls there
      const isNear = (call) => !outer || ts.findAncestor(call, (one) => one === outer.owner);
      for (const call of this.callers.of(owner)) if (isNear(call)) this.follow(call, value, next);
    }
  }
}

const isJson = ({ state, inside }) => state === "json" && inside.length === 0;
const item = (value) => ({ ...value, path: [...value.path, "[]"] });
