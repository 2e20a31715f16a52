// The symbols of the pins as small pictures, drawn once each after those in the legend beside the map.

export const RADIUS = 9;

/** One small picture per symbol of the legend, in the colours that the page's theme gives it.
 * @param {string} legendId
 * @returns {Map<string, HTMLCanvasElement>} */
export function drawSprites(legendId) {
  const sprites = new Map();
  for (const item of document.querySelectorAll(`#${legendId} [data-symbol]`)) {
    const sprite = drawSprite(item);
    if (item instanceof HTMLElement && sprite) sprites.set(item.dataset.symbol, sprite);
  }
  return sprites;
}

/** @param {Element} item */
function drawSprite(item) {
  const circle = item.querySelector('circle');
  const path = item.querySelector('path');
  const canvas = document.createElement('canvas');
  const context = canvas.getContext('2d');
  if (!circle || !path || !context) return null;
  // Leaflet's canvas has one or two pixels to the point: exactly its size is copied fastest.
  const size = 2 * RADIUS * (devicePixelRatio > 1 ? 2 : 1);
  const scale = size / 24;
  canvas.width = size;
  canvas.height = size;
  context.scale(scale, scale);
  const disc = getComputedStyle(circle);
  const glyph = getComputedStyle(path);
  const hollow = disc.fill !== disc.stroke;
  // A rim of paper keeps neighbours apart.
  fillCircle(context, 12, hollow ? disc.fill : glyph.stroke);
  fillCircle(context, 10.5, disc.stroke);
  if (hollow) fillCircle(context, 8.5, disc.fill);
  context.lineWidth = Number.parseFloat(glyph.strokeWidth);
  context.lineCap = 'round';
  context.lineJoin = 'round';
  context.strokeStyle = glyph.stroke;
  context.stroke(new Path2D(path.getAttribute('d') ?? ''));
  return canvas;
}

/** @param {CanvasRenderingContext2D} context
 * @param {number} radius
 * @param {string} colour */
function fillCircle(context, radius, colour) {
  context.beginPath();
  context.arc(12, 12, radius, 0, 2 * Math.PI);
  context.fillStyle = colour;
  context.fill();
}

/** @param {CanvasRenderingContext2D} context
 * @param {HTMLCanvasElement} sprite
 * @param {number} x
 * @param {number} y
 * @param {number} radius */
export function copy(context, sprite, x, y, radius) {
  context.drawImage(sprite, x - radius, y - radius, 2 * radius, 2 * radius);
}
