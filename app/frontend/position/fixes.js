// Which satellite fix to keep, and what to say of it. No DOM.

/** @typedef {import('./pin.js').Pin} Pin */

/** Good enough to stop listening, metres. */
export const GOOD_M = 10;
/** From here on the pin may stand at the wrong house: warn, but never block. */
export const POOR_M = 30;
/** How long to listen for a better fix. */
export const LISTEN_MS = 20_000;

/** The better of two fixes; the first one there is beats none.
 * @param {Pin | null} kept
 * @param {Pin} fresh
 * @returns {Pin} */
export function betterFix(kept, fresh) {
  if (kept === null) return fresh;
  return (fresh.accuracy ?? Infinity) <= (kept.accuracy ?? Infinity) ? fresh : kept;
}

/** @param {Pin} pin
 * @returns {'by-hand' | 'good' | 'poor'} */
export function judge(pin) {
  if (pin.accuracy === null) return 'by-hand';
  return pin.accuracy > POOR_M ? 'poor' : 'good';
}

/** @param {number} code of GeolocationPositionError
 * @returns {'denied' | 'unavailable'} */
export function reasonOf(code) {
  return code === 1 ? 'denied' : 'unavailable';
}

/** Puts values into a sentence: fill('within {metres} m', { metres: 12 }).
 * @param {string} sentence
 * @param {Record<string, string | number>} values */
export function fill(sentence, values) {
  return sentence.replace(/\{(\w+)\}/g, (whole, name) => String(values[name] ?? whole));
}
