// The map one sets a pin on: tap, drag, or arrow keys while the pin has focus.

import { addContext } from './context-layers.js';
import { MAP_OPTIONS } from './map-options.js';
import { arrowStep, movePin } from './pin.js';

/** @typedef {import('./load-leaflet.js').Leaflet} Leaflet */
/** @typedef {import('./pin.js').Pin} Pin */

const SHAPE =
  '<svg viewBox="0 0 32 40" aria-hidden="true"><path d="M16 1.5A14 14 0 0 0 2 15.5C2 25 13 34 16 38.5 19 34 30 25 30 15.5A14 14 0 0 0 16 1.5Z"/><circle cx="16" cy="15.5" r="5"/></svg>';

/** Draws the map and keeps the pin on it.
 * @param {Leaflet} L
 * @param {HTMLElement} element
 * @param {import('./context-layers.js').MapContext} context
 * @param {{ pin: string, zoomIn: string, zoomOut: string }} words what the pin and the buttons are called
 * @param {(pin: Pin) => void} onMove called when the person moves the pin */
export function pinMap(L, element, context, words, onMove) {
  const map = L.map(element, { ...MAP_OPTIONS, zoomControl: false });
  L.control.scale({ imperial: false }).addTo(map);
  L.control.zoom({ zoomInTitle: words.zoomIn, zoomOutTitle: words.zoomOut }).addTo(map);
  const bounds = addContext(L, map, context);
  if (bounds.isValid()) map.fitBounds(bounds.pad(0.05));
  else map.setView([59.4, 17.92], 13);

  const icon = L.divIcon({ className: 'pin', html: SHAPE, iconSize: [32, 40], iconAnchor: [16, 38] });
  const marker = L.marker(map.getCenter(), { icon, draggable: true, autoPan: true, alt: words.pin });
  const ring = L.circle(map.getCenter(), { radius: 0, className: 'accuracy-ring', weight: 1.5, interactive: false });
  /** @type {Pin | null} */
  let current = null;

  /** @param {Pin} pin */
  function draw(pin) {
    current = pin;
    marker.setLatLng([pin.lat, pin.lon]).addTo(map);
    marker.getElement()?.setAttribute('aria-label', words.pin);
    if (pin.accuracy === null) ring.remove();
    else ring.setLatLng([pin.lat, pin.lon]).setRadius(pin.accuracy).addTo(map);
  }

  /** @param {import('leaflet').LatLng} at */
  function byHand(at) {
    const wrapped = at.wrap();
    const pin = { lon: wrapped.lng, lat: wrapped.lat, accuracy: null };
    draw(pin);
    onMove(pin);
  }

  map.on('click', (event) => byHand(event.latlng));
  marker.on('dragend', () => byHand(marker.getLatLng()));
  // In the capture phase, before Leaflet takes the arrows for moving the map.
  element.addEventListener(
    'keydown',
    (event) => {
      const step = arrowStep(event.key, event.shiftKey);
      if (!step || !current || event.target !== marker.getElement()) return;
      event.preventDefault();
      event.stopPropagation();
      draw(movePin(current, ...step));
      map.panInside(marker.getLatLng(), { padding: [40, 40], animate: false });
      onMove(current);
    },
    true,
  );

  return {
    /** Shows a pin that comes from elsewhere (the satellites, typed numbers), and brings it into view.
     * @param {Pin} pin */
    show(pin) {
      draw(pin);
      map.setView([pin.lat, pin.lon], Math.max(map.getZoom(), 17), { animate: false });
    },
    /** The element has got another size. */
    fit() {
      map.invalidateSize({ animate: false });
    },
    stop() {
      map.remove();
    },
    /** Sets the pin in the middle of what is seen: for gloves, and for the keyboard. */
    placeInMiddle() {
      byHand(map.getCenter());
      marker.getElement()?.focus();
    },
  };
}
