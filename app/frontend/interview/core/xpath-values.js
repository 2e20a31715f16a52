// Values of expressions as ODK has them: a day counts as the days since 1970, blank text is no number, and a path is
// true where its first node holds text. The same as forms/questionnaire/xpath.py. No DOM.

/** @typedef {import('./xpath.js').Value} Value */

const NUMBER = /^-?(\d{1,300}(\.\d{0,300})?|\.\d{1,300})$/;
const DAY = /^(\d{4}-\d\d-\d\d)(?=T|$)/;
const DAY_MS = 86_400_000;

/** Each node's text; anything else is one text.
 * @param {Value} found */
export function texts(found) {
  return Array.isArray(found) ? found.map((node) => node.text) : [text(found)];
}

/** The text of a value: of the first node, '' where there is none.
 * @param {Value} found
 * @returns {string} */
export function text(found) {
  return Array.isArray(found) ? (found[0]?.text ?? '') : String(found);
}

/** @param {Value} found
 * @returns {number} */
export function number(found) {
  if (typeof found === 'boolean' || typeof found === 'number') return Number(found);
  const words = text(found).trim();
  if (NUMBER.test(words)) return Number(words);
  const day = asDay(words);
  return day === null ? Number.NaN : Date.parse(day) / DAY_MS;
}

/** @param {Value} found */
export function truth(found) {
  if (typeof found === 'boolean') return found;
  if (typeof found === 'number') return !Number.isNaN(found) && found !== 0;
  return text(found) !== '';
}

/** The day that a text begins with, in ISO 8601.
 * @param {string} words
 * @returns {string | null} */
export function asDay(words) {
  const day = DAY.exec(words)?.[1];
  const moment = day ? Date.parse(day) : Number.NaN;
  // A 31st of June is no day, though some browsers read it as one.
  return day && !Number.isNaN(moment) && new Date(moment).toISOString().startsWith(day) ? day : null;
}

/** The day that many days after 1970-01-01.
 * @param {number} count
 * @returns {string} '' where there is none */
export function dayOf(count) {
  const moment = new Date(Math.floor(count) * DAY_MS);
  return Number.isNaN(moment.getTime()) ? '' : moment.toISOString().slice(0, 10);
}

/** @param {string} operator
 * @param {Value} left
 * @param {Value} right
 * @returns {boolean} */
export function compare(operator, left, right) {
  if (typeof left === 'boolean' || typeof right === 'boolean') {
    return holds(operator, Number(truth(left)), Number(truth(right)));
  }
  const asText = (operator === '=' || operator === '!=') && typeof left !== 'number' && typeof right !== 'number';
  const values = asText ? texts : numbers;
  return values(left).some((a) => values(right).some((b) => holds(operator, a, b)));
}

/** @param {Value} found */
function numbers(found) {
  return Array.isArray(found) ? found.map((node) => number(node.text)) : [number(found)];
}

/** @param {string} operator
 * @param {number | string} a
 * @param {number | string} b */
function holds(operator, a, b) {
  switch (operator) {
    case '=':
      return a === b;
    case '!=':
      return a !== b;
    case '<':
      return a < b;
    case '<=':
      return a <= b;
    case '>':
      return a > b;
    default:
      return a >= b;
  }
}

/** @param {number} a
 * @param {number} b */
export function divide(a, b) {
  if (b !== 0) return a / b;
  return a === 0 || Number.isNaN(a) ? Number.NaN : Math.sign(a) * Number.POSITIVE_INFINITY;
}

/** @param {number} a
 * @param {number} b */
export function modulo(a, b) {
  return b !== 0 && Number.isFinite(a) ? a % b : Number.NaN;
}
