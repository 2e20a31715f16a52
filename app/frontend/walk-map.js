// The map of a walk: what was noted, what waits, the route, and where one stands. The list beside it says the same.

import { addContext } from './position/context-layers.js';
import { loadLeaflet, whenNear } from './position/load-leaflet.js';
import { MAP_OPTIONS } from './position/map-options.js';
import { writeDegrees } from './position/pin.js';

/** @param {HTMLElement} canvas */
async function draw(canvas) {
  const { leafletJs = '', leafletCss = '', newUrl = '' } = canvas.dataset;
  const L = await loadLeaflet(leafletJs, leafletCss);
  const map = L.map(canvas, MAP_OPTIONS);
  L.control.scale({ imperial: false }).addTo(map);
  const context = JSON.parse(document.getElementById('map-context')?.textContent ?? '{}');
  const bounds = addContext(L, map, context);
  if (bounds.isValid()) map.fitBounds(bounds.pad(0.05));
  else map.setView([59.4, 17.92], 13);

  map.eachLayer((layer) => {
    const feature = /** @type {{ feature?: import('geojson').Feature }} */ (layer).feature;
    const url = feature?.properties?.url;
    if (url) layer.on('click', () => location.assign(url));
  });
  // A long press, or the right button: something to note just there.
  if (newUrl) {
    map.on('contextmenu', ({ latlng }) => {
      const at = latlng.wrap();
      location.assign(`${newUrl}?lon=${writeDegrees(at.lng)}&lat=${writeDegrees(at.lat)}`);
    });
  }
  return { L, map };
}

/** Shows where one stands, and follows.
 * @param {typeof import('leaflet')} L
 * @param {import('leaflet').Map} map */
function follow(L, map) {
  const ring = L.circle([0, 0], { radius: 0, className: 'accuracy-ring', weight: 1.5, interactive: false });
  const dot = L.circleMarker([0, 0], { radius: 7, weight: 2.5, className: 'own-position', interactive: false });
  let first = true;
  navigator.geolocation.watchPosition(
    ({ coords }) => {
      /** @type {[number, number]} */
      const here = [coords.latitude, coords.longitude];
      ring.setLatLng(here).setRadius(coords.accuracy).addTo(map);
      dot.setLatLng(here).addTo(map);
      // Whoever is elsewhere wants to see the place, not where they are.
      if (first && map.getBounds().pad(0.5).contains(here)) map.panTo(here, { animate: false });
      first = false;
    },
    // Without a fix the map is as useful as before; the button can be pressed again.
    () => undefined,
    { enableHighAccuracy: true, maximumAge: 5_000 },
  );
}

for (const part of document.querySelectorAll('[data-walk-needs-script]')) part.removeAttribute('hidden');
const canvas = document.querySelector('[data-walk-map]');
const locate = document.querySelector('[data-walk-locate]');
if (canvas instanceof HTMLElement && locate instanceof HTMLButtonElement) {
  locate.hidden = !('geolocation' in navigator);
  whenNear(canvas, async () => {
    try {
      const { L, map } = await draw(canvas);
      locate.addEventListener('click', () => follow(L, map));
      // Whoever has said yes before is not asked, and need not press.
      const permission = await navigator.permissions?.query({ name: 'geolocation' });
      if (permission?.state === 'granted') follow(L, map);
    } catch {
      canvas.hidden = true;
      locate.hidden = true;
    }
  });
}
