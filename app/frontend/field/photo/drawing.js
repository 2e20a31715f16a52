// Drawing on a photo with a finger, a pen, a mouse or the keyboard.

import { isDrawn, keyStep, markAt, moved, toPhoto } from './geometry.js';
import { paint } from './paint.js';

/** @typedef {import('./geometry.js').Mark} Mark */
/** @typedef {import('./geometry.js').Kind} Kind */

/** What the server keeps at most; a mark on more pixels would be lost in the scaling. */
const LONGEST = 2048;

/** @param {HTMLImageElement} photo loaded
 * @param {() => unknown} changed called when a mark was added, moved or taken away */
export function drawing(photo, changed) {
  const scale = Math.min(1, LONGEST / Math.max(photo.naturalWidth, photo.naturalHeight));
  const size = {
    width: Math.max(1, Math.round(photo.naturalWidth * scale)),
    height: Math.max(1, Math.round(photo.naturalHeight * scale)),
  };
  /** @type {Mark[]} */
  let marks = [];
  /** @type {Mark | null} */
  let drawn = null;
  /** @type {Kind} */
  let kind = 'arrow';
  /** @type {HTMLCanvasElement | null} */
  let canvas = null;

  function repaint() {
    const pen = canvas?.getContext('2d');
    if (pen) paint(pen, photo, drawn ? [...marks, drawn] : marks);
  }

  /** @param {Mark[]} next */
  function set(next) {
    marks = next;
    repaint();
    changed();
  }

  /** @param {PointerEvent} event */
  function pointOf(event) {
    const box = /** @type {HTMLCanvasElement} */ (canvas).getBoundingClientRect();
    return toPhoto({ x: event.clientX - box.left, y: event.clientY - box.top }, box, size);
  }

  return {
    get count() {
      return marks.length;
    },
    /** Another list after every change. */
    get marks() {
      return marks;
    },
    get kind() {
      return kind;
    },
    /** @param {Kind} next */
    use(next) {
      kind = next;
      changed();
    },
    /** @param {HTMLCanvasElement | null} element */
    on(element) {
      if (element === canvas) return;
      canvas = element;
      if (!canvas) return;
      canvas.width = size.width;
      canvas.height = size.height;
      repaint();
    },
    /** @param {PointerEvent} event */
    down(event) {
      if (!event.isPrimary || event.button !== 0) return;
      canvas?.setPointerCapture(event.pointerId);
      const { x, y } = pointOf(event);
      drawn = { kind, x1: x, y1: y, x2: x, y2: y };
    },
    /** @param {PointerEvent} event */
    move(event) {
      if (!drawn || !event.isPrimary) return;
      const { x, y } = pointOf(event);
      drawn = { ...drawn, x2: x, y2: y };
      repaint();
    },
    /** @param {PointerEvent} event */
    up(event) {
      if (!drawn || !event.isPrimary) return;
      const mark = drawn;
      drawn = null;
      // A tap is enough: not everybody can draw with a glove.
      set([...marks, isDrawn(mark, size) ? mark : markAt(mark.kind, { x: mark.x2, y: mark.y2 }, size)]);
    },
    cancel() {
      drawn = null;
      repaint();
    },
    /** Arrows move the last mark, with Shift they stretch it; Enter puts a new one in the middle; Delete takes it away.
     * @param {KeyboardEvent} event */
    key(event) {
      const step = keyStep(event.key, size);
      const last = marks.at(-1);
      if (step && last) set([...marks.slice(0, -1), moved(last, step, size, event.shiftKey)]);
      else if (event.key === 'Enter' || event.key === ' ') this.addInMiddle();
      else if (event.key === 'Delete' || event.key === 'Backspace') this.undo();
      else return;
      event.preventDefault();
    },
    addInMiddle() {
      set([...marks, markAt(kind, { x: size.width / 2, y: size.height / 2 }, size)]);
    },
    undo() {
      set(marks.slice(0, -1));
    },
    /** The photo with its marks, as the JPEG that is kept.
     * @returns {Promise<Blob>} */
    async toBlob() {
      const paper = document.createElement('canvas');
      paper.width = size.width;
      paper.height = size.height;
      const pen = paper.getContext('2d');
      if (!pen) throw new Error('no room for a canvas');
      paint(pen, photo, marks);
      return new Promise((resolve, reject) => {
        paper.toBlob((blob) => (blob ? resolve(blob) : reject(new Error('no room for the photo'))), 'image/jpeg', 0.85);
      });
    },
  };
}
