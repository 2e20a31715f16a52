// Thousands of pins as one layer of a Leaflet map. Leaflet's own way, an object per marker, takes longer to make the
// objects than to draw them; here a pin is two numbers, and the renderer that Leaflet draws paths with is the canvas.

/** @typedef {typeof import('leaflet')} Leaflet */
/** @typedef {(context: CanvasRenderingContext2D, index: number, x: number, y: number) => void} Draw */
/** @typedef {{ x: number, y: number }} Spot */
/**
 * @typedef {object} Pins
 * @property {() => void} redraw
 * @property {(spot: Spot, reach: number) => number} nearest index of the pin nearest to a layer point, -1 for none
 */

/** How far a pin reaches from its place, in pixels: one whose place is just outside the picture still shows. */
const REACH = 16;

/** A layer that draws pins at `places` (lon, lat), the first on top.
 * @param {Leaflet} L
 * @param {[number, number][]} places
 * @param {string} pane
 * @param {Draw} draw
 * @returns {import('leaflet').Layer & Pins} */
export function pinLayer(L, places, pane, draw) {
  // Where each pin is when the whole world is one tile; every zoom is a multiple of it.
  const world = new Float64Array(2 * places.length);
  places.forEach(([lon, lat], index) => {
    const { x, y } = L.CRS.EPSG3857.latLngToPoint(L.latLng(lat, lon), 0);
    world[2 * index] = x;
    world[2 * index + 1] = y;
  });
  // Where each pin is in the layer now.
  const spots = new Int32Array(world.length);

  const Layer = L.Canvas.extend({
    // The renderer has moved or changed its scale.
    _updatePaths() {
      this._redraw();
    },
    _draw() {
      const scale = 2 ** this._map.getZoom();
      const origin = this._map.getPixelOrigin();
      const { min, max } = this._bounds;
      for (let index = places.length - 1; index >= 0; index--) {
        const x = Math.round((world[2 * index] ?? 0) * scale - origin.x);
        const y = Math.round((world[2 * index + 1] ?? 0) * scale - origin.y);
        spots[2 * index] = x;
        spots[2 * index + 1] = y;
        if (x > min.x - REACH && x < max.x + REACH && y > min.y - REACH && y < max.y + REACH) {
          draw(this._ctx, index, x, y);
        }
      }
    },
    redraw() {
      if (this._map) this._redraw();
    },
    /** @param {Spot} spot
     * @param {number} reach */
    nearest(spot, reach) {
      return nearest(spots, spot, reach);
    },
  });
  return new /** @type {any} */ (Layer)({ pane });
}

/** Index of the pair nearest to a spot and within reach of it, -1 for none; the first of several as near.
 * @param {ArrayLike<number>} spots x and y by turns
 * @param {Spot} spot
 * @param {number} reach */
export function nearest(spots, { x, y }, reach) {
  let found = -1;
  let least = reach * reach;
  for (let index = 0; 2 * index < spots.length; index++) {
    const distance = ((spots[2 * index] ?? 0) - x) ** 2 + ((spots[2 * index + 1] ?? 0) - y) ** 2;
    if (distance < least || (distance === least && found < 0)) {
      found = index;
      least = distance;
    }
  }
  return found;
}
