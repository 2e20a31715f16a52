// Expressions of a questionnaire, evaluated without a network: XPath as forms/questionnaire/xpath.py reads it, less what
// few forms use. What is outside is refused when it is read, so that nothing is ever skipped wrongly.
// tests/data/questionnaire-expressions.json holds both to the same answers. No DOM.

import { EAGER, LAZY } from './xpath-functions.js';
import { compare, divide, modulo, number, truth } from './xpath-values.js';

/** One element of the answers' tree.
 * @typedef {{ name: string, text: string, children: Node[], parent: Node | null }} Node */
/** @typedef {Node[] | string | number | boolean} Value */
/** `top` holds the root element; `lists` each list of choices by name; `today` is a day in ISO 8601.
 * @typedef {{ here: Node, current: Node, top: Node, lists: Map<string, Node>, today: string }} Context */
/** @typedef {(context: Context) => Value} Expression */

/** This expression needs the server. */
export class UnsupportedError extends Error {
  name = 'UnsupportedError';
}

const TOKEN =
  /\s*(?:(\d+(?:\.\d*)?|\.\d+)|"([^"]*)"|'([^']*)'|(\.\.|!=|<=|>=|[./()[\],=<>+*-])|([\p{L}_][\p{L}\p{N}_.-]*))/uy;
const WORD_OPERATORS = ['and', 'or', 'div', 'mod'];

/** Weakest first. @type {string[][]} */
const LEVELS = [['or'], ['and'], ['=', '!='], ['<', '<=', '>', '>='], ['+', '-'], ['*', 'div', 'mod']];

/** @typedef {{ kind: 'number' | 'text' | 'sign' | 'operator' | 'name', value: string }} Token */

/** Reads an expression once, to be evaluated any number of times.
 * @param {string} source
 * @returns {Expression} raises UnsupportedError */
export function compile(source) {
  const tokens = read(source);
  let at = 0;

  const peek = () => tokens[at];
  /** @param {string} value */
  const next = (value) => {
    const token = tokens[at];
    if (!token || token.value !== value || token.kind === 'text') return false;
    at += 1;
    return true;
  };
  /** @param {string} value */
  const need = (value) => {
    if (!next(value)) throw new UnsupportedError(`${value} is missing in ${source}`);
  };

  /** @param {number} level
   * @returns {Expression} */
  function binary(level) {
    const operators = LEVELS[level];
    if (!operators) return unary();
    let left = binary(level + 1);
    for (;;) {
      const token = peek();
      if (token?.kind !== 'operator' || !operators.includes(token.value)) return left;
      at += 1;
      left = join(token.value, left, binary(level + 1));
    }
  }

  /** @returns {Expression} */
  function unary() {
    if (!next('-')) return path();
    const inner = unary();
    return (context) => 0 - number(inner(context));
  }

  /** @returns {Expression} */
  function path() {
    const token = peek();
    if (!token) throw new UnsupportedError(`Something is missing in ${source}`);
    if (token.kind === 'number') {
      at += 1;
      const value = Number(token.value);
      return () => value;
    }
    if (token.kind === 'text') {
      at += 1;
      return () => token.value;
    }
    if (next('(')) {
      const inner = binary(0);
      need(')');
      return steps(inner);
    }
    if (next('/')) return steps((context) => [context.top], true);
    if (token.kind === 'name' && tokens[at + 1]?.value === '(' && tokens[at + 1]?.kind === 'sign') return steps(call());
    return steps((context) => [context.here], true);
  }

  /** What follows a start: steps apart by /, each perhaps with conditions.
   * @param {Expression} start
   * @param {boolean} [begun] whether the first step stands here without a /
   * @returns {Expression} */
  function steps(start, begun = false) {
    let found = conditions(start);
    while (begun || next('/')) {
      begun = false;
      found = conditions(step(found));
    }
    return found;
  }

  /** @param {Expression} from
   * @returns {Expression} */
  function step(from) {
    if (next('.')) return from;
    if (next('..')) {
      return (context) => [...new Set(nodes(from(context)).flatMap((one) => (one.parent ? [one.parent] : [])))];
    }
    const token = peek();
    if (token?.kind !== 'name' || tokens[at + 1]?.value === '(') throw new UnsupportedError(source);
    at += 1;
    return (context) =>
      nodes(from(context)).flatMap((one) => one.children.filter((child) => child.name === token.value));
  }

  /** @param {Expression} from
   * @returns {Expression} */
  function conditions(from) {
    let found = from;
    while (next('[')) {
      const condition = binary(0);
      need(']');
      const every = found;
      found = (context) =>
        nodes(every(context)).filter((one, index) => {
          const holds = condition({ ...context, here: one });
          return typeof holds === 'number' ? holds === index + 1 : truth(holds);
        });
    }
    return found;
  }

  /** @returns {Expression} */
  function call() {
    const name = tokens[at]?.value ?? '';
    at += 2;
    /** @type {Expression[]} */
    const given = [];
    while (!next(')')) {
      if (given.length) need(',');
      given.push(binary(0));
    }
    const lazy = Object.hasOwn(LAZY, name) ? LAZY[name] : undefined;
    const eager = Object.hasOwn(EAGER, name) ? EAGER[name] : undefined;
    const [least, most] = lazy ?? eager ?? [1, 0];
    if (given.length < least || given.length > most) throw new UnsupportedError(`${name}() in ${source}`);
    if (lazy) return (context) => lazy[2](context, ...given);
    return (context) => /** @type {any} */ (eager)[2](...given.map((one) => one(context)));
  }

  const whole = binary(0);
  if (at < tokens.length) throw new UnsupportedError(source);
  return whole;
}

/** @param {string} source
 * @returns {Token[]} */
function read(source) {
  /** @type {Token[]} */
  const tokens = [];
  TOKEN.lastIndex = 0;
  const text = source.trimEnd();
  while (TOKEN.lastIndex < text.length) {
    const match = TOKEN.exec(text);
    if (!match) throw new UnsupportedError(source);
    const [, digits, double, single, sign, name] = match;
    if (digits !== undefined) tokens.push({ kind: 'number', value: digits });
    else if (double !== undefined || single !== undefined) tokens.push({ kind: 'text', value: double ?? single ?? '' });
    else if (sign !== undefined) tokens.push({ kind: isOperator(sign, tokens) ? 'operator' : 'sign', value: sign });
    else if (WORD_OPERATORS.includes(name ?? '') && ends(tokens)) tokens.push({ kind: 'operator', value: name ?? '' });
    else tokens.push({ kind: 'name', value: name ?? '' });
  }
  return tokens;
}

/** @param {string} sign
 * @param {Token[]} before */
function isOperator(sign, before) {
  return ['=', '!=', '<', '<=', '>', '>=', '+'].includes(sign) || (['-', '*'].includes(sign) && ends(before));
}

/** Whether what was read last ends a value, so that an operator may follow.
 * @param {Token[]} tokens */
function ends(tokens) {
  const last = tokens.at(-1);
  if (!last || last.kind === 'operator') return false;
  return last.kind !== 'sign' || [')', ']', '.', '..'].includes(last.value);
}

/** @param {string} operator
 * @param {Expression} left
 * @param {Expression} right
 * @returns {Expression} */
function join(operator, left, right) {
  /** @param {(a: number, b: number) => number} apply
   * @returns {Expression} */
  const calculation = (apply) => (context) => apply(number(left(context)), number(right(context)));
  switch (operator) {
    case 'or':
      return (context) => truth(left(context)) || truth(right(context));
    case 'and':
      return (context) => truth(left(context)) && truth(right(context));
    case '+':
      return calculation((a, b) => a + b);
    case '-':
      return calculation((a, b) => a - b);
    case '*':
      return calculation((a, b) => a * b);
    case 'div':
      return calculation(divide);
    case 'mod':
      return calculation(modulo);
    default:
      return (context) => compare(operator, left(context), right(context));
  }
}

/** @param {Value} found
 * @returns {Node[]} */
function nodes(found) {
  return Array.isArray(found) ? found : [];
}
