// Marks on a photo, in the photo's own pixels: where they lie, how they move, what shape they make. No DOM.

/** @typedef {'arrow' | 'circle' | 'blur'} Kind */
/** An arrow goes from (x1, y1) to (x2, y2); circle and blur fill the box between the two.
 * @typedef {{ kind: Kind, x1: number, y1: number, x2: number, y2: number }} Mark */
/** @typedef {{ width: number, height: number }} Size */
/** @typedef {{ x: number, y: number }} Point */

/** @param {number} value
 * @param {number} most */
const within = (value, most) => Math.min(Math.max(value, 0), most);

/** Where a finger on the screen is on the photo.
 * @param {Point} at within the shown element
 * @param {Size} shown the element
 * @param {Size} photo
 * @returns {Point} */
export function toPhoto(at, shown, photo) {
  return {
    x: within((at.x / shown.width) * photo.width, photo.width),
    y: within((at.y / shown.height) * photo.height, photo.height),
  };
}

/** A mark of a size that is seen, where somebody tapped without drawing. An arrow points at the spot.
 * @param {Kind} kind
 * @param {Point} at
 * @param {Size} photo
 * @returns {Mark} */
export function markAt(kind, at, photo) {
  const reach = Math.min(photo.width, photo.height) / 6;
  if (kind === 'arrow') {
    // It comes from the side that has room.
    const x1 = at.x > photo.width / 2 ? at.x - reach * 1.5 : at.x + reach * 1.5;
    const y1 = at.y > photo.height / 2 ? at.y - reach * 1.5 : at.y + reach * 1.5;
    return { kind, x1, y1, x2: at.x, y2: at.y };
  }
  return {
    kind,
    x1: within(at.x - reach, photo.width),
    y1: within(at.y - reach, photo.height),
    x2: within(at.x + reach, photo.width),
    y2: within(at.y + reach, photo.height),
  };
}

/** Whether the finger moved far enough for a mark of its own size.
 * @param {Mark} mark
 * @param {Size} photo */
export function isDrawn(mark, photo) {
  return Math.hypot(mark.x2 - mark.x1, mark.y2 - mark.y1) > Math.min(photo.width, photo.height) / 30;
}

/** The mark pushed, or with `stretch` made larger or smaller by its far corner. It stays on the photo.
 * @param {Mark} mark
 * @param {Point} by
 * @param {Size} photo
 * @param {boolean} stretch
 * @returns {Mark} */
export function moved(mark, by, photo, stretch) {
  const end = { x2: within(mark.x2 + by.x, photo.width), y2: within(mark.y2 + by.y, photo.height) };
  if (stretch) return { ...mark, ...end };
  const x = end.x2 - mark.x2;
  const y = end.y2 - mark.y2;
  return { ...mark, ...end, x1: mark.x1 + x, y1: mark.y1 + y };
}

/** What an arrow key does to a mark: a hundredth of the shorter side.
 * @param {string} key
 * @param {Size} photo
 * @returns {Point | null} */
export function keyStep(key, photo) {
  const step = Math.min(photo.width, photo.height) / 50;
  /** @type {Record<string, Point>} */
  const steps = {
    ArrowUp: { x: 0, y: -step },
    ArrowDown: { x: 0, y: step },
    ArrowLeft: { x: -step, y: 0 },
    ArrowRight: { x: step, y: 0 },
  };
  return steps[key] ?? null;
}

/** The two barbs of an arrow's head.
 * @param {Mark} arrow
 * @param {number} length
 * @returns {[Point, Point]} */
export function barbs({ x1, y1, x2, y2 }, length) {
  const angle = Math.atan2(y2 - y1, x2 - x1);
  /** @param {number} turn */
  const barb = (turn) => ({ x: x2 - length * Math.cos(angle + turn), y: y2 - length * Math.sin(angle + turn) });
  return [barb(Math.PI / 6), barb(-Math.PI / 6)];
}

/** The box of a mark, in whole pixels.
 * @param {Mark} mark */
export function boxOf({ x1, y1, x2, y2 }) {
  const [left, top] = [Math.floor(Math.min(x1, x2)), Math.floor(Math.min(y1, y2))];
  const [right, bottom] = [Math.ceil(Math.max(x1, x2)), Math.ceil(Math.max(y1, y2))];
  return { x: left, y: top, width: Math.max(1, right - left), height: Math.max(1, bottom - top) };
}

/** How many squares a blurred box keeps each way: so few that no face or plate can be made out of them.
 * @param {Size} box
 * @returns {{ columns: number, rows: number }} */
export function squaresOf({ width, height }) {
  const side = Math.max(Math.max(width, height) / 8, 16);
  return { columns: Math.max(1, Math.round(width / side)), rows: Math.max(1, Math.round(height / side)) };
}
