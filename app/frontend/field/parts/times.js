// Days in words: "14 mars och 2 okt". No DOM.

import { language } from '../words/words.js';

/** @param {string | Date} when
 * @param {Date} [now] the year is left out where it is this one */
export function dayWords(when, now = new Date()) {
  const at = new Date(when);
  const year = at.getFullYear() === now.getFullYear() ? undefined : 'numeric';
  const locale = language() === 'sv' ? 'sv-SE' : 'en-GB';
  return new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'short', year }).format(at).replace('.', '');
}

/** @param {string[]} days
 * @param {Date} [now] */
export function daysWords(days, now) {
  return new Intl.ListFormat(language(), { type: 'conjunction' }).format(days.map((day) => dayWords(day, now)));
}
