// The words of the people who are asked, in their own language: app/resident_words.py, as the build reads its
// catalogues. English stands in the code. No DOM.

import { keyOf } from '../field/words/key-of.js';

/** @typedef {Record<string, Record<string, string>>} Catalogues language → key of the English sentence → words */
/** @typedef {(sentence: string, values?: Record<string, string | number>) => string} Speak */

const NAMES = /** @type {Record<string, string>} */ ({
  sv: 'Svenska',
  'sv-latt': 'Lätt svenska',
  en: 'English',
  ar: 'العربية',
  so: 'Soomaali',
});
const FROM_RIGHT = ['ar', 'ckb', 'dv', 'fa', 'he', 'ps', 'ug', 'ur', 'yi'];

/** @type {Catalogues} */
let catalogues = {};

/** @param {Catalogues} read */
export function bringResidentWords(read) {
  catalogues = read;
}

/** The words of one language; one that has none of ours is spoken to in Swedish.
 * @param {string} language
 * @returns {Speak} */
export function speaking(language) {
  const words = language === 'en' ? {} : (catalogues[language] ?? catalogues.sv ?? {});
  return (sentence, values = {}) =>
    (words[keyOf(sentence)] ?? sentence).replace(/%\((\w+)\)s/g, (_whole, name) => String(values[name] ?? ''));
}

/** A language's name in its own words.
 * @param {string} language */
export function nameOf(language) {
  return NAMES[language] ?? new Intl.DisplayNames([language], { type: 'language' }).of(language) ?? language;
}

/** What the page's `lang` says: easy Swedish is Swedish.
 * @param {string} language */
export function tagOf(language) {
  return language.replace(/-latt$/, '');
}

/** @param {string} language
 * @returns {'ltr' | 'rtl'} */
export function directionOf(language) {
  return FROM_RIGHT.includes(language.split('-', 1)[0] ?? '') ? 'rtl' : 'ltr';
}
