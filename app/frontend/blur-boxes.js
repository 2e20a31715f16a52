// Drawing boxes on a photo that must not be seen: what the number fields of the form say is shown on the photo, and what
// is drawn there is written into them. Without this script the fields do.

import { boxRows } from './blur-boxes/rows.js';
import { isDrawn, keyStep, markAt, moved, toPhoto } from './field/photo/geometry.js';

/** @typedef {import('./field/photo/geometry.js').Mark} Mark */

const SVG = 'http://www.w3.org/2000/svg';
/** In hundredths, as the fields are. */
const WHOLE = { width: 100, height: 100 };

/** @param {HTMLElement} form */
function enhance(form) {
  /** @param {string} selector
   * @returns {HTMLElement} */
  const find = (selector) => {
    const element = form.querySelector(selector);
    if (!(element instanceof HTMLElement)) throw new Error(`${selector} is missing`);
    return element;
  };
  const surface = find('.blur-surface');
  const drawing = surface.querySelector('svg');
  const status = find('[data-blur-status]');
  const rows = boxRows(find('[data-blur-rows]'));
  /** @type {Mark | null} */
  let drawn = null;

  /** @param {Mark} mark
   * @param {string} kind */
  function rectangle(mark, kind) {
    const made = document.createElementNS(SVG, 'rect');
    made.setAttribute('class', kind);
    made.setAttribute('x', String(Math.min(mark.x1, mark.x2)));
    made.setAttribute('y', String(Math.min(mark.y1, mark.y2)));
    made.setAttribute('width', String(Math.abs(mark.x2 - mark.x1)));
    made.setAttribute('height', String(Math.abs(mark.y2 - mark.y1)));
    return made;
  }

  function show() {
    /** @type {NodeListOf<HTMLInputElement>} */
    const faces = form.querySelectorAll('[data-face]:checked');
    const found = [...faces].map((face) => {
      const [left = 0, top = 0, width = 0, height = 0] = (face.dataset.face ?? '').split(' ').map(Number);
      return rectangle({ kind: 'blur', x1: left, y1: top, x2: left + width, y2: top + height }, 'face');
    });
    const byHand = rows.read().map((mark) => rectangle(mark, 'by-hand'));
    drawing?.replaceChildren(...found, ...byHand, ...(drawn ? [rectangle(drawn, 'by-hand')] : []));
  }

  /** Writes what changed, and says how many there are.
   * @param {() => void} write */
  function change(write) {
    write();
    show();
    status.textContent = `${status.dataset.words} ${rows.read().length}`;
  }

  /** @param {PointerEvent} event */
  function pointOf(event) {
    const box = surface.getBoundingClientRect();
    return toPhoto({ x: event.clientX - box.left, y: event.clientY - box.top }, box, WHOLE);
  }

  surface.addEventListener('pointerdown', (event) => {
    if (!event.isPrimary || event.button !== 0) return;
    event.preventDefault();
    surface.focus();
    surface.setPointerCapture(event.pointerId);
    const { x, y } = pointOf(event);
    drawn = { kind: 'blur', x1: x, y1: y, x2: x, y2: y };
  });
  surface.addEventListener('pointermove', (event) => {
    if (!drawn || !event.isPrimary) return;
    const { x, y } = pointOf(event);
    drawn = { ...drawn, x2: x, y2: y };
    show();
  });
  surface.addEventListener('pointerup', () => {
    if (!drawn) return;
    const mark = isDrawn(drawn, WHOLE) ? drawn : markAt('blur', { x: drawn.x2, y: drawn.y2 }, WHOLE);
    drawn = null;
    change(() => rows.add(mark));
  });
  surface.addEventListener('pointercancel', () => {
    drawn = null;
    show();
  });
  surface.addEventListener('keydown', (event) => {
    const step = keyStep(event.key, WHOLE);
    const last = rows.read().at(-1);
    if (step && last) change(() => rows.replaceLast(moved(last, step, WHOLE, event.shiftKey)));
    else if (event.key === 'Enter') change(() => rows.add(markAt('blur', { x: 50, y: 50 }, WHOLE)));
    else if (event.key === 'Delete' || event.key === 'Backspace') change(() => rows.removeLast());
    else return;
    event.preventDefault();
  });
  form.addEventListener('input', show);
  find('[data-blur-surface]').hidden = false;
  show();
}

for (const form of document.querySelectorAll('[data-blur-boxes]')) {
  if (form instanceof HTMLElement) enhance(form);
}
