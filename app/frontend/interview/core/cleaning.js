// One answer as it was typed → as it is sent, or why it cannot be: as forms/questionnaire/cleaning.py. No DOM.

import { asDay } from './xpath-values.js';

/** @typedef {import('./definition.js').Question} Question */
/** @typedef {{ answer?: import('./filling.js').Answer, fault?: import('./filling.js').Fault }} Cleaned nothing: no answer */

const LONGEST_TEXT = 2_000;
const LARGEST_INTEGER = 2 ** 31 - 1;
const LARGEST_DECIMAL = 1e15;
/** Steps of a range that are shown side by side; a longer one is typed. */
export const LONGEST_SCALE = 11;

/** @param {Question} question
 * @param {string} typed
 * @returns {Cleaned} */
export function cleanAnswer(question, typed) {
  const words = typed.trim();
  if (words === '') return {};
  switch (question.kind) {
    case 'select_one':
      return question.choices.some((choice) => choice.name === words) ? { answer: words } : {};
    case 'select_multiple': {
      const wanted = words.split(/\s+/);
      const chosen = question.choices.map((choice) => choice.name).filter((name) => wanted.includes(name));
      return chosen.length ? { answer: chosen } : {};
    }
    case 'text': {
      const most = longest(question);
      return [...typed].length > most ? { fault: { code: 'length', values: { most } } } : { answer: typed };
    }
    case 'integer':
      return integer(western(words));
    case 'decimal':
      return decimal(western(words));
    case 'range':
      return range(question, western(words));
    case 'date':
      return asDay(words) === words && inOurTimes(words) ? { answer: words } : { fault: { code: 'date' } };
    default:
      return { answer: words };
  }
}

/** The steps of a range as they are typed; none where there are too many to show.
 * @param {Question} question
 * @returns {string[]} */
export function steps({ parameters }) {
  const [start, end, step] = limits(parameters);
  const count = Math.round((end - start) / step) + 1;
  if (!(count > 0 && count <= LONGEST_SCALE)) return [];
  return Array.from({ length: count }, (_, turn) => String(Number((start + step * turn).toPrecision(12))));
}

/** @param {Question} question */
function longest({ parameters }) {
  const said = parameters['max-length'] ?? '';
  return /^\d{1,8}$/.test(said) ? Math.min(Number(said), 10 * LONGEST_TEXT) : LONGEST_TEXT;
}

/** The digits of an Arabic or Persian keyboard as those that everybody else types.
 * @param {string} words */
function western(words) {
  return words.replace(/[٠-٩۰-۹]/g, (digit) => String((digit.codePointAt(0) ?? 0) & 0xf)).replace('٫', '.');
}

/** @param {string} words
 * @returns {Cleaned} */
function integer(words) {
  if (!/^[+-]?\d{1,15}$/.test(words)) return { fault: { code: 'integer' } };
  const answer = Number(words);
  if (Math.abs(answer) <= LARGEST_INTEGER) return { answer };
  return { fault: { code: 'range', values: { least: -LARGEST_INTEGER, most: LARGEST_INTEGER } } };
}

/** @param {string} words
 * @returns {Cleaned} */
function decimal(words) {
  if (!/^[+-]?(\d{1,20}([.,]\d{0,20})?|[.,]\d{1,20})$/.test(words)) return { fault: { code: 'number' } };
  const answer = Number(words.replace(',', '.'));
  if (Math.abs(answer) <= LARGEST_DECIMAL) return { answer };
  return { fault: { code: 'range', values: { least: -LARGEST_DECIMAL, most: LARGEST_DECIMAL } } };
}

/** @param {Question} question
 * @param {string} words
 * @returns {Cleaned} */
function range(question, words) {
  const found = decimal(words);
  if (typeof found.answer !== 'number') return found;
  const [start, end, step] = limits(question.parameters);
  const [least, most] = [Math.min(start, end), Math.max(start, end)];
  if (found.answer < least || found.answer > most) return { fault: { code: 'range', values: { least, most } } };
  const turns = (found.answer - start) / step;
  return Math.abs(turns - Math.round(turns)) < 1e-9 ? found : { fault: { code: 'range', values: { least, most } } };
}

/** @param {Record<string, string>} parameters
 * @returns {[number, number, number]} start, end, step */
function limits(parameters) {
  return [Number(parameters.start), Number(parameters.end), Number(parameters.step)];
}

/** @param {string} day */
function inOurTimes(day) {
  const year = Number(day.slice(0, 4));
  return year >= 1850 && year <= 2200;
}
