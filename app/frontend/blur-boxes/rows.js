// The rows of number fields that hold the boxes: left, top, width and height in hundredths of the photo.

/** @typedef {import('../field/photo/geometry.js').Mark} Mark */

const SIDES = ['left', 'top', 'width', 'height'];

/** @param {Element} row
 * @returns {HTMLInputElement[]} in the order of SIDES */
function inputsOf(row) {
  return SIDES.map((side) => /** @type {HTMLInputElement} */ (row.querySelector(`[data-side="${side}"]`)));
}

/** @param {Element} row
 * @returns {Mark | null} nothing where a number is missing or the box is empty */
export function readRow(row) {
  const typed = inputsOf(row).map((input) => input.value.trim().replace(',', '.'));
  const none = Number.NaN;
  const [left = none, top = none, width = none, height = none] = typed.map((text) => (text ? Number(text) : none));
  if (!(width > 0 && height > 0 && left >= 0 && top >= 0)) return null;
  return { kind: 'blur', x1: left, y1: top, x2: left + width, y2: top + height };
}

/** @param {Element} row
 * @param {Mark} mark */
function writeRow(row, mark) {
  const values = [
    Math.min(mark.x1, mark.x2),
    Math.min(mark.y1, mark.y2),
    Math.abs(mark.x2 - mark.x1),
    Math.abs(mark.y2 - mark.y1),
  ];
  inputsOf(row).forEach((input, index) => {
    input.value = (values[index] ?? 0).toFixed(1);
  });
}

/** Gives a copied row names and labels of its own.
 * @param {Element} row
 * @param {number} place */
function renumber(row, place) {
  for (const input of inputsOf(row)) {
    input.name = `box-${place}-${input.dataset.side}`;
    input.value = '';
    const words = input.parentElement?.firstChild;
    if (words) words.textContent = (words.textContent ?? '').replace(/\d+/, String(place + 1));
  }
}

/** @param {HTMLElement} list */
export function boxRows(list) {
  const rows = () => [...list.children];
  const filled = () => rows().filter((row) => readRow(row));
  return {
    read: () => rows().flatMap((row) => readRow(row) ?? []),
    /** @param {Mark} mark */
    add(mark) {
      let free = rows().find((row) => inputsOf(row).every((input) => !input.value.trim()));
      if (!free) {
        free = /** @type {Element} */ (rows().at(-1)?.cloneNode(true));
        renumber(free, rows().length);
        list.append(free);
      }
      writeRow(free, mark);
    },
    /** @param {Mark} mark */
    replaceLast(mark) {
      const last = filled().at(-1);
      if (last) writeRow(last, mark);
    },
    removeLast() {
      for (const input of inputsOf(filled().at(-1) ?? list)) if (input) input.value = '';
    },
  };
}
