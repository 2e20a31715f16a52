// Paints a photo with its marks on a canvas.

import { barbs, boxOf, squaresOf } from './geometry.js';

/** @typedef {import('./geometry.js').Mark} Mark */

const RED = '#e5261f';
const EDGE = '#ffffff';

/** The pixels under the box become a few squares, each the mean of what was there: nothing of it is left.
 * @param {CanvasRenderingContext2D} pen
 * @param {Mark} mark */
function blur(pen, mark) {
  const { x, y, width, height } = boxOf(mark);
  const { columns, rows } = squaresOf({ width, height });
  const few = document.createElement('canvas');
  const fewPen = few.getContext('2d');
  if (!fewPen) return;
  // In halves, since a canvas that shrinks at once looks at a few pixels only and the mean would be none.
  let [w, h] = [width, height];
  few.width = w;
  few.height = h;
  fewPen.drawImage(pen.canvas, x, y, width, height, 0, 0, w, h);
  while (w > columns || h > rows) {
    const [toW, toH] = [Math.max(columns, Math.ceil(w / 2)), Math.max(rows, Math.ceil(h / 2))];
    fewPen.drawImage(few, 0, 0, w, h, 0, 0, toW, toH);
    [w, h] = [toW, toH];
  }
  pen.imageSmoothingEnabled = false;
  pen.drawImage(few, 0, 0, w, h, x, y, width, height);
  pen.imageSmoothingEnabled = true;
}

/** The line twice, so that it is seen on dark and on light.
 * @param {CanvasRenderingContext2D} pen
 * @param {Path2D} path
 * @param {number} thickness */
function line(pen, path, thickness) {
  pen.lineCap = 'round';
  pen.lineJoin = 'round';
  for (const [colour, width] of /** @type {[string, number][]} */ ([
    [EDGE, thickness * 1.8],
    [RED, thickness],
  ])) {
    pen.strokeStyle = colour;
    pen.lineWidth = width;
    pen.stroke(path);
  }
}

/** @param {CanvasRenderingContext2D} pen
 * @param {Mark} mark */
function outline(pen, mark) {
  const thickness = Math.min(pen.canvas.width, pen.canvas.height) / 90;
  const path = new Path2D();
  if (mark.kind === 'arrow') {
    const [one, two] = barbs(mark, thickness * 6);
    path.moveTo(mark.x1, mark.y1);
    path.lineTo(mark.x2, mark.y2);
    path.moveTo(one.x, one.y);
    path.lineTo(mark.x2, mark.y2);
    path.lineTo(two.x, two.y);
  } else {
    const { x, y, width, height } = boxOf(mark);
    path.ellipse(x + width / 2, y + height / 2, width / 2, height / 2, 0, 0, 2 * Math.PI);
  }
  line(pen, path, thickness);
}

/** @param {CanvasRenderingContext2D} pen
 * @param {CanvasImageSource} photo
 * @param {Mark[]} marks */
export function paint(pen, photo, marks) {
  pen.drawImage(photo, 0, 0, pen.canvas.width, pen.canvas.height);
  // What is hidden goes first: an arrow may point at it.
  for (const mark of marks) if (mark.kind === 'blur') blur(pen, mark);
  for (const mark of marks) if (mark.kind !== 'blur') outline(pen, mark);
}
