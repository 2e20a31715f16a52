// The words of the field app. English is the message id; other languages come with the build. No DOM.

import { keyOf } from './key-of.js';

/** @typedef {Record<string, string | string[]>} Words by the key of the English sentence; of a number: one, many */
/** @typedef {Record<string, string | number | null | undefined>} Values */

let current = 'en';
/** @type {Words} */
let words = {};

/** From here on the app speaks this language.
 * @param {string} language its code, as in <html lang>
 * @param {Words} [catalogue] none for English */
export function useWords(language, catalogue = {}) {
  current = language;
  words = catalogue;
}

/** The language in force. */
export function language() {
  return current;
}

/** A sentence in the language in force: t('%(n)s m away', { n: 12 }).
 * @param {string} id
 * @param {Values} [values]
 * @returns {string} */
export function t(id, values) {
  const found = words[keyOf(id)];
  return fill((Array.isArray(found) ? found[0] : found) || id, values);
}

/** A sentence about a number, which it may show as %(n)s.
 * @param {string} one
 * @param {string} many
 * @param {number} n
 * @param {Values} [values]
 * @returns {string} */
export function tn(one, many, n, values) {
  const found = words[keyOf(one)];
  const forms = Array.isArray(found) ? found : [one, many];
  return fill((n === 1 ? forms[0] : forms[1]) || many, { n, ...values });
}

/** @param {string} sentence
 * @param {Values} [values] */
function fill(sentence, values = {}) {
  return sentence.replace(/%\((\w+)\)s|%%/g, (whole, name) => {
    if (whole === '%%') return '%';
    return name in values ? String(values[name] ?? '') : whole;
  });
}
