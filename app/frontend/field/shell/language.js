// Which language the app speaks: chosen here, else the person's own, else Swedish.

import { language, useWords } from '../words/words.js';

/** @typedef {import('../words/words.js').Words} Words */

const KEY = 'platskollen-language';
/** Names in their own words. */
export const LANGUAGES = /** @type {const} */ ({ sv: 'Svenska', en: 'English' });

/** @type {Words} */
let swedish = {};

/** @param {Words} words the Swedish ones, from the build */
export function bringWords(words) {
  swedish = words;
}

/** Speaks the language that was chosen on this phone, or the person's own.
 * @param {string | undefined} own */
export function speak(own) {
  const wish = chosen() ?? own ?? 'sv';
  const code = wish === 'en' ? 'en' : 'sv';
  useWords(code, code === 'sv' ? swedish : {});
  document.documentElement.lang = code;
}

/** @param {string} code */
export function choose(code) {
  try {
    localStorage.setItem(KEY, code);
  } catch {
    // Not kept where the browser keeps nothing; it holds until the app is closed.
  }
  speak(code);
}

/** The other language: its code and name. */
export function other() {
  const code = language() === 'sv' ? 'en' : 'sv';
  return { code, name: LANGUAGES[code] };
}

function chosen() {
  try {
    return localStorage.getItem(KEY);
  } catch {
    return null;
  }
}
