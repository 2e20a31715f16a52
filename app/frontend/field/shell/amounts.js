// Times and sizes as people write them, in the language in force. No DOM.

import { language } from '../words/words.js';

const MEGABYTE = 1_000_000;
const GIGABYTE = 1_000_000_000;

/** A clock time: "18.05" in Swedish, "18:05" in English.
 * @param {Date} moment */
export function clock(moment) {
  const [hours, minutes] = [moment.getHours(), moment.getMinutes()].map((part) => String(part).padStart(2, '0'));
  return `${hours}${language() === 'sv' ? '.' : ':'}${minutes}`;
}

/** A day: "fre 14 nov".
 * @param {Date} moment */
export function day(moment) {
  const options = /** @type {const} */ ({ weekday: 'short', day: 'numeric', month: 'short' });
  return moment.toLocaleDateString(language() === 'sv' ? 'sv-SE' : 'en-GB', options).replace(/[.,]/g, '');
}

/** A clock time where it is today, else the day too.
 * @param {Date} moment
 * @param {Date} now */
export function since(moment, now) {
  return moment.toDateString() === now.toDateString() ? clock(moment) : `${day(moment)} ${clock(moment)}`;
}

/** Bytes as gigabytes or megabytes with one decimal, or whole kilobytes: "4,2 MB".
 * @param {number} bytes */
export function size(bytes) {
  const [whole, unit] =
    bytes < MEGABYTE ? [1000, 'kB'] : bytes < GIGABYTE ? [MEGABYTE, 'MB'] : /** @type {const} */ ([GIGABYTE, 'GB']);
  const digits = bytes < MEGABYTE ? 0 : 1;
  const number = (bytes / Number(whole)).toLocaleString(language() === 'sv' ? 'sv-SE' : 'en-GB', {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  });
  return `${number} ${unit}`;
}
