// The track of a walk, for those who have said yes: so coarse that it tells streets, not doorways. No DOM.

/** About ten metres of latitude; of longitude as far north as Stockholm. */
const STEP = { lon: 0.0002, lat: 0.0001 };

/** @typedef {[number, number]} Point lon, lat */

/** The middle of the ten-metre square that a position lies in.
 * @param {number} lon
 * @param {number} lat
 * @returns {Point} */
export function coarse(lon, lat) {
  return [snap(lon, STEP.lon), snap(lat, STEP.lat)];
}

/** The track with one point more; the same track where the person has stayed in the square.
 * @param {Point[]} track
 * @param {Point} point
 * @returns {Point[]} */
export function extend(track, point) {
  const last = track.at(-1);
  return last && last[0] === point[0] && last[1] === point[1] ? track : [...track, point];
}

/** @param {number} value
 * @param {number} step */
function snap(value, step) {
  // Rounded once more, or 59.4036 would come out as 59.403600000000004.
  return Number((Math.round(value / step) * step).toFixed(4));
}
