/** Types of the page as plain data: the fields of objects, each with its declaration, its words and the type inside. */
import { partsOf } from "./reads.mjs";
import ts from "./typescript.mjs";
import { declarationOf } from "./words.mjs";

const EMPTY = ts.TypeFlags.Null | ts.TypeFlags.Undefined | ts.TypeFlags.Void;

/**
 * @param project with `checker`, `folder`, `isOurs(file)` and `placeOf(node)`
 * @param add called with each new shape
 * @returns `shapeOf(type)`: `{ kind: "object", shape }`, `{ kind: "list", item }`, `{ kind: "words", words }`,
 *   `{ kind: "text" }`, or null where it is any of these or not known
 */
export function openShapes({ checker, folder, isOurs, placeOf }, add) {
  const shapes = new Map();

  function shapeOf(type) {
    const parts = partsOf(type).filter(({ flags }) => (flags & EMPTY) === 0);
    if (parts.length > 0 && parts.every((part) => part.isStringLiteral())) {
      return { kind: "words", words: parts.map(({ value }) => value).sort() };
    }
    if (parts.length !== 1) return null;
    const [part] = parts;
    if (part.flags & ts.TypeFlags.String) return { kind: "text" };
    const promised = checker.getPromisedTypeOfPromise?.(part);
    if (promised !== undefined) return shapeOf(promised);
    if (checker.isArrayType(part)) {
      const item = shapeOf(checker.getTypeArguments(part)[0]);
      return item === null ? null : { kind: "list", item };
    }
    return part.flags & (ts.TypeFlags.Object | ts.TypeFlags.Intersection) ? object(part) : null;
  }

  function object(type) {
    if (shapes.has(type.id)) return shapes.get(type.id);
    const properties = checker.getPropertiesOfType(type);
    const declared = properties.filter(({ declarations = [] }) => declarations.some(isField));
    if (declared.length === 0 || declared.length !== properties.length) return null;
    // an id is of one project
    const found = { kind: "object", shape: `${folder}#${type.id}` };
    // a type that contains itself
    shapes.set(type.id, found);
    add({
      fact: "shape",
      shape: found.shape,
      name: (type.aliasSymbol ?? type.symbol)?.name ?? "",
      isOpen: type.getStringIndexType() !== undefined,
      fields: Object.fromEntries(declared.map((symbol) => [symbol.name, field(symbol)])),
    });
    return found;
  }

  const isField = (node) =>
    (ts.isPropertySignature(node) || ts.isPropertyDeclaration(node)) &&
    isOurs(node.getSourceFile());

  function field(symbol) {
    const declarations = symbol.declarations.filter(isField);
    return {
      isOptional: (symbol.flags & ts.SymbolFlags.Optional) !== 0,
      ids: declarations.map(idOf),
      place: placeOf(declarations[0]),
      // where its words are listed, if that is not here
      words: wordsPlace(declarations[0].type),
      type: shapeOf(checker.getTypeOfSymbol(symbol)),
    };
  }

  function wordsPlace(node) {
    const declared = node && declarationOf(node, checker);
    return declared && isOurs(declared.getSourceFile()) ? placeOf(declared) : null;
  }

  return shapeOf;
}

/** Names a declaration, the same in every run. */
export const idOf = (node) => `${node.getSourceFile().fileName}:${node.pos}`;
