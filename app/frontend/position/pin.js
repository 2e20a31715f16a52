// Positions on the ground: reading, moving, measuring. No DOM.

/** @typedef {{ lon: number, lat: number, accuracy: number | null }} Pin WGS84 degrees; accuracy in metres, null when set by hand */

const METRES_PER_DEGREE = 111_320;

/** @param {string} text as typed, with a comma or a point
 * @returns {number | null} */
export function readNumber(text) {
  const value = Number(text.trim().replace(',', '.'));
  return text.trim() !== '' && Number.isFinite(value) ? value : null;
}

/** @param {{ lon: string, lat: string, accuracy: string }} typed
 * @returns {Pin | null} null where there is no whole position on the globe */
export function readPin(typed) {
  const [lon, lat] = [readNumber(typed.lon), readNumber(typed.lat)];
  if (lon === null || lat === null || Math.abs(lon) > 180 || Math.abs(lat) > 90) return null;
  const accuracy = readNumber(typed.accuracy);
  return { lon, lat, accuracy: accuracy !== null && accuracy >= 0 ? accuracy : null };
}

/** Six decimals are a decimetre: more would only pretend.
 * @param {number} degrees */
export function writeDegrees(degrees) {
  return degrees.toFixed(6);
}

/** The pin moved by hand: what the satellites said of its accuracy holds no longer.
 * @param {Pin} pin
 * @param {number} east metres
 * @param {number} north metres
 * @returns {Pin} */
export function movePin(pin, east, north) {
  const lat = pin.lat + north / METRES_PER_DEGREE;
  const lon = pin.lon + east / (METRES_PER_DEGREE * Math.cos((pin.lat * Math.PI) / 180));
  return { lon, lat, accuracy: null };
}

/** What an arrow key does to a pin, in metres: one step, or ten with Shift.
 * @param {string} key
 * @param {boolean} shift
 * @returns {[number, number] | null} east, north */
export function arrowStep(key, shift) {
  const step = shift ? 10 : 1;
  switch (key) {
    case 'ArrowUp':
      return [0, step];
    case 'ArrowDown':
      return [0, -step];
    case 'ArrowLeft':
      return [-step, 0];
    case 'ArrowRight':
      return [step, 0];
    default:
      return null;
  }
}
