/**
 * Reads of fields, by the declaration of the field as TypeScript's checker resolves it and not by its name: `job.id`,
 * `job["id"]`, `const { id } = job`, `({ id } = job)`, and a spread into a component.
 */
import { isNoRead } from "./no-reads.mjs";
import ts from "./typescript.mjs";

export const partsOf = (type) => (type.isUnion() ? type.types : [type]);

export const textOf = (name) => (ts.isStringLiteralLike(name) ? name.text : name.getText());

/**
 * @param checker the program's type checker
 * @param record called with each symbol that is read and the node that reads it
 * @returns a function of a node, which looks at this node alone
 */
export function openReads(checker, record) {
  const named = (type, name, node) => {
    // of each member of a union: where the code narrows it, that is another expression
    for (const part of partsOf(type)) {
      const symbol = checker.getPropertyOfType(part, name);
      if (symbol !== undefined) record(symbol, node);
    }
  };

  /** `trade[key]`: the fields that the type of the key lists; where it is `keyof T`, every field that T may have. */
  function element(node) {
    const object = checker.getTypeAtLocation(node.expression);
    const key = checker.getTypeAtLocation(node.argumentExpression);
    if (isKeyOf(key)) {
      for (const part of partsOf(checker.getBaseConstraintOfType(object) ?? object)) {
        for (const property of part.getProperties()) record(property, node);
      }
    } else if (partsOf(key).every((part) => part.isStringLiteral())) {
      for (const { value } of partsOf(key)) named(object, value, node);
    }
  }

  function binding(node) {
    if (node.dotDotDotToken !== undefined) return;
    const name = node.propertyName ?? node.name;
    if (!ts.isIdentifier(name) && !ts.isStringLiteral(name)) return;
    named(checker.getTypeAtLocation(node.parent), name.text, node);
  }

  /** `({ shares } = trade)`: the fields that the pattern on the left names. */
  function assigned(pattern, type) {
    for (const property of pattern.properties) {
      if (ts.isPropertyAssignment(property) || ts.isShorthandPropertyAssignment(property)) {
        named(type, textOf(property.name), property);
      }
    }
  }

  /** A spread into a component reads the properties that the component declares, and no others. */
  function spread(attribute) {
    const declared = checker.getContextualType(attribute.parent);
    if (declared === undefined) return;
    for (const property of checker.getTypeAtLocation(attribute.expression).getProperties()) {
      if (checker.getPropertyOfType(declared, property.name)) record(property, attribute);
    }
  }

  return (node) => {
    if (ts.isPropertyAccessExpression(node)) {
      const symbol = isNoRead(node) ? undefined : checker.getSymbolAtLocation(node.name);
      if (symbol !== undefined) record(symbol, node);
    } else if (ts.isElementAccessExpression(node)) {
      if (!isNoRead(node)) element(node);
    } else if (ts.isBindingElement(node) && ts.isObjectBindingPattern(node.parent)) {
      binding(node);
    } else if (ts.isJsxSpreadAttribute(node)) {
      spread(node);
    } else if (
      ts.isBinaryExpression(node) &&
      node.operatorToken.kind === ts.SyntaxKind.EqualsToken &&
      ts.isObjectLiteralExpression(node.left)
    ) {
      assigned(node.left, checker.getTypeAtLocation(node.right));
    }
  };
}

function isKeyOf(type) {
  return type.isIntersection() ? type.types.some(isKeyOf) : (type.flags & ts.TypeFlags.Index) !== 0;
}
