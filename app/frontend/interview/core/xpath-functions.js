// The functions that an expression may call without a network: those of forms/questionnaire/functions.py that forms use
// much. The others (patterns, formatted dates, turns by number) need the server. No DOM.

import { asDay, dayOf, number, text, texts, truth } from './xpath-values.js';

/** @typedef {import('./xpath.js').Value} Value */
/** @typedef {import('./xpath.js').Context} Context */
/** @typedef {import('./xpath.js').Expression} Expression */

const LONGEST = 10_000;
const MANY = 1_000;

/** Words apart by blanks. @param {Value} found */
const apart = (found) => text(found).split(/\s+/).filter(Boolean);
/** Letters as people count them. @param {Value} found */
const letters = (found) => [...text(found)];
/** @param {string} made */
const short = (made) => (made.length > LONGEST ? [...made].slice(0, LONGEST).join('') : made);

/** Name → least and most arguments, and what it makes of their values.
 * @type {Record<string, [number, number, (...given: any[]) => Value]>} */
export const EAGER = {
  selected: [2, 2, (answer, choice) => apart(answer).includes(text(choice).trim())],
  'selected-at': [
    2,
    2,
    (answer, place) => (number(place) >= 0 ? (apart(answer)[Math.trunc(number(place))] ?? '') : ''),
  ],
  'count-selected': [1, 1, (answer) => apart(answer).length],
  coalesce: [2, 2, (first, second) => text(first) || text(second)],
  not: [1, 1, (what) => !truth(what)],
  boolean: [1, 1, truth],
  'boolean-from-string': [1, 1, (what) => ['true', '1'].includes(text(what))],
  true: [0, 0, () => true],
  false: [0, 0, () => false],
  string: [1, 1, text],
  concat: [1, MANY, (...parts) => short(parts.flatMap(texts).join(''))],
  join: [1, MANY, (mark, ...parts) => short(parts.flatMap(texts).join(text(mark)))],
  substr: [2, 3, substr],
  'substring-before': [2, 2, (what, mark) => part(text(what), text(mark))[0]],
  'substring-after': [2, 2, (what, mark) => part(text(what), text(mark))[1]],
  contains: [2, 2, (what, piece) => text(what).includes(text(piece))],
  'starts-with': [2, 2, (what, piece) => text(what).startsWith(text(piece))],
  'ends-with': [2, 2, (what, piece) => text(what).endsWith(text(piece))],
  'normalize-space': [1, 1, (what) => apart(what).join(' ')],
  translate: [3, 3, translate],
  'string-length': [1, 1, (what) => letters(what).length],
  number: [1, 1, number],
  int: [1, 1, (what) => Math.trunc(number(what))],
  floor: [1, 1, (what) => Math.floor(number(what))],
  ceiling: [1, 1, (what) => Math.ceil(number(what))],
  abs: [1, 1, (what) => Math.abs(number(what))],
  round: [1, 2, round],
  pow: [2, 2, (base, exponent) => number(base) ** number(exponent)],
  min: [1, MANY, (...parts) => extreme(Math.min, parts)],
  max: [1, MANY, (...parts) => extreme(Math.max, parts)],
  sum: [1, 1, (what) => texts(what).reduce((sum, words) => sum + number(words), 0)],
  count: [1, 1, (what) => (Array.isArray(what) ? what.length : Number.NaN)],
  'count-non-empty': [1, 1, (what) => nodes(what).filter((node) => node.children.length || node.text).length],
  date: [1, 1, (what) => asDay(text(what)) ?? dayOf(number(what))],
  position: [1, 1, position],
};

/** The same for those that look at where they stand, or not at every argument.
 * @type {Record<string, [number, number, (context: Context, ...given: any[]) => Value]>} */
export const LAZY = {
  if: [3, 3, (context, condition, then, otherwise) => (truth(condition(context)) ? then : otherwise)(context)],
  once: [1, 1, (context, what) => context.here.text || what(context)],
  today: [0, 0, (context) => context.today],
  now: [0, 0, (context) => context.today],
  current: [0, 0, (context) => [context.current]],
  instance: [1, 1, (context, name) => [context.lists.get(text(name(context)))].filter((list) => list !== undefined)],
};

/** @param {Value} what
 * @param {Value} start
 * @param {Value} [end] */
function substr(what, start, end = Number.POSITIVE_INFINITY) {
  const words = letters(what);
  return words.slice(index(start, words.length), index(end, words.length)).join('');
}

/** @param {Value} place
 * @param {number} length */
function index(place, length) {
  const at = number(place);
  if (Number.isNaN(at) || at > length) return length;
  return at >= -length ? Math.trunc(at) : 0;
}

/** @param {string} words
 * @param {string} mark
 * @returns {[string, string]} before and after the mark */
function part(words, mark) {
  const at = words.indexOf(mark);
  if (mark === '') return ['', words];
  return at < 0 ? ['', ''] : [words.slice(0, at), words.slice(at + mark.length)];
}

/** @param {Value} what
 * @param {Value} old
 * @param {Value} others */
function translate(what, old, others) {
  const [from, to] = [letters(old), letters(others)];
  return letters(what)
    .map((letter) => (from.includes(letter) ? (to[from.indexOf(letter)] ?? '') : letter))
    .join('');
}

/** Halves go away from 0.
 * @param {Value} what
 * @param {Value} [digits] */
function round(what, digits = 0) {
  const [found, places] = [number(what), Math.trunc(number(digits))];
  if (!Number.isFinite(found) || !(Math.abs(places) <= 30) || String(found).includes('e')) return found;
  const whole = Math.round(Number(`${Math.abs(found)}e${places}`));
  return Math.sign(found) * Number(`${whole}e${-places}`);
}

/** @param {(...values: number[]) => number} choose
 * @param {Value[]} parts */
function extreme(choose, parts) {
  const found = parts.flatMap(texts).map(number);
  return found.length ? choose(...found) : Number.NaN;
}

/** @param {Value} of */
function position(of) {
  const first = nodes(of)[0];
  if (!first) return Number.NaN;
  return (first.parent?.children ?? [first]).filter((node) => node.name === first.name).indexOf(first) + 1;
}

/** @param {Value} found
 * @returns {import('./xpath.js').Node[]} */
function nodes(found) {
  return Array.isArray(found) ? found : [];
}
