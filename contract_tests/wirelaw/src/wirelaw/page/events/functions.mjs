/** Which functions and objects an expression of the page may be, through hooks, refs, options and parameters. */

import ts from "../typescript.mjs";
import { Calls, WRAPPERS } from "./callers.mjs";

const DEPTH = 8;

export class Functions extends Calls {
  /** The functions that an expression may be, each with the position of its first argument among the parameters. */
  functionsOf(expression, depth = DEPTH) {
    if (!expression || depth === 0) return [];
    const node = this.unwrap(expression);
    if (ts.isArrowFunction(node) || ts.isFunctionExpression(node)) return [{ fn: node, offset: 0 }];
    if (ts.isCallExpression(node)) {
      if (WRAPPERS.has(this.lastName(node.expression)))
        return this.functionsOf(node.arguments[0], depth - 1);
      // a function that returns one
      return this.functionsOf(node.expression, depth - 1).flatMap(({ fn }) =>
        this.functionsOf(this.resultOf(fn), depth - 1),
      );
    }
    if (ts.isConditionalExpression(node)) {
      return [node.whenTrue, node.whenFalse].flatMap((one) => this.functionsOf(one, depth - 1));
    }
    if (ts.isBinaryExpression(node)) {
      return [node.left, node.right].flatMap((one) => this.functionsOf(one, depth - 1));
    }
    if (ts.isPropertyAccessExpression(node)) return this.ofProperty(node, depth - 1);
    return ts.isIdentifier(node) ? this.ofIdentifier(node, depth - 1) : [];
  }

  /** What a function returns at its end. */
  resultOf(fn) {
    if (!fn.body || !ts.isBlock(fn.body)) return fn.body ?? null;
    return fn.body.statements.findLast((one) => ts.isReturnStatement(one))?.expression ?? null;
  }

  ofIdentifier(node, depth) {
    const declaration = this.symbolOf(node)?.declarations?.find((one) => !ts.isTypeNode(one));
    return declaration ? this.ofDeclaration(declaration, depth) : [];
  }

  ofDeclaration(declaration, depth) {
    if (ts.isFunctionDeclaration(declaration) || ts.isMethodDeclaration(declaration)) {
      return declaration.body ? [{ fn: declaration, offset: 0 }] : [];
    }
    if (ts.isPropertyAssignment(declaration) || ts.isPropertyDeclaration(declaration)) {
      return this.functionsOf(declaration.initializer, depth);
    }
    if (ts.isVariableDeclaration(declaration))
      return this.functionsOf(declaration.initializer, depth);
    if (ts.isParameter(declaration)) {
      const functions = this.argumentsOf(declaration).flatMap((one) =>
        this.functionsOf(one, depth),
      );
      return functions.length || !declaration.initializer
        ? functions
        : this.functionsOf(declaration.initializer, depth);
    }
    return ts.isBindingElement(declaration) ? this.ofBinding(declaration, depth) : [];
  }

  ofBinding(element, depth) {
    const pattern = element.parent;
    const owner = pattern.parent;
    if (ts.isArrayBindingPattern(pattern)) {
      const call = owner.initializer && this.unwrap(owner.initializer);
      const isDispatch =
        call && ts.isCallExpression(call) && this.lastName(call.expression) === "useReducer";
      if (!isDispatch || pattern.elements[1] !== element) return [];
      return this.functionsOf(call.arguments[0], depth).map(({ fn }) => ({ fn, offset: 1 }));
    }
    const name = (element.propertyName ?? element.name).getText();
    const objects = ts.isParameter(owner) ? this.argumentsOf(owner) : [owner.initializer];
    return objects
      .flatMap((one) => this.membersOf(one, name, depth))
      .flatMap((one) => this.functionsOf(one, depth));
  }

  ofProperty(node, depth) {
    const name = node.name.text;
    if (name === "current" && ts.isIdentifier(this.unwrap(node.expression))) {
      return this.heldBy(this.unwrap(node.expression)).flatMap((one) =>
        this.functionsOf(one, depth),
      );
    }
    const members = this.membersOf(node.expression, name, depth).flatMap((one) =>
      this.functionsOf(one, depth),
    );
    if (members.length) return members;
    const declarations = this.symbolOf(node.name)?.declarations ?? [];
    return declarations.flatMap((one) => this.ofDeclaration(one, depth));
  }

  /** What is assigned to the `current` of a ref. */
  heldBy(ref) {
    this.index();
    const symbol = this.symbolOf(ref);
    const assigned = (this.refs.get("current") ?? [])
      .filter(
        ({ left }) => ts.isIdentifier(left.expression) && this.symbolOf(left.expression) === symbol,
      )
      .map(({ right }) => right);
    const { initializer } = symbol?.valueDeclaration ?? {};
    if (initializer && ts.isCallExpression(initializer)) assigned.push(...initializer.arguments);
    return assigned;
  }

  /** The values of a property of an expression: of each object literal that it may be. */
  membersOf(expression, name, depth = DEPTH) {
    return this.literalsOf(expression, depth)
      .flatMap((object) =>
        object.properties.flatMap((one) => {
          if (!one.name || one.name.getText().replace(/["']/g, "") !== name) return [];
          if (ts.isPropertyAssignment(one)) return [one.initializer];
          if (ts.isShorthandPropertyAssignment(one)) return [one.name];
          return ts.isMethodDeclaration(one) ? [one] : [];
        }),
      )
      .map((one) => (ts.isMethodDeclaration(one) ? one.name : one));
  }

  /** The object literals that an expression may be. */
  literalsOf(expression, depth = DEPTH) {
    if (!expression || depth === 0) return [];
    const node = this.unwrap(expression);
    if (ts.isObjectLiteralExpression(node)) return [node];
    if (ts.isCallExpression(node) && this.lastName(node.expression) === "useMemo") {
      const { body } = this.functionsOf(node.arguments[0], depth - 1)[0]?.fn ?? {};
      return body ? this.literalsOf(body, depth - 1) : [];
    }
    if (ts.isPropertyAccessExpression(node) && node.name.text === "current") {
      return this.heldBy(this.unwrap(node.expression)).flatMap((one) =>
        this.literalsOf(one, depth - 1),
      );
    }
    if (ts.isBinaryExpression(node)) {
      return [node.left, node.right].flatMap((one) => this.literalsOf(one, depth - 1));
    }
    if (!ts.isIdentifier(node)) return [];
    const declaration = this.symbolOf(node)?.valueDeclaration;
    if (!declaration) return [];
    if (ts.isParameter(declaration)) {
      return this.argumentsOf(declaration).flatMap((one) => this.literalsOf(one, depth - 1));
    }
    return ts.isVariableDeclaration(declaration)
      ? this.literalsOf(declaration.initializer, depth - 1)
      : [];
  }

  /** What is passed for a parameter, in all calls of its function. */
  argumentsOf(parameter) {
    const fn = parameter.parent;
    const position = fn.parameters.indexOf(parameter);
    return this.callsOf(fn).flatMap((call) => call.arguments[position] ?? []);
  }
}
