// "Where is it?": own position and a pin on a map, for a form that works without both. The element marked
// data-position holds the inputs (data-position-lon, -lat, -accuracy), the button, the status line and the map; the
// sentences come from the template, since they are translated there.

import { fill, judge } from './position/fixes.js';
import { loadLeaflet, whenNear } from './position/load-leaflet.js';
import { locate } from './position/locate.js';
import { readPin, writeDegrees } from './position/pin.js';
import { pinMap } from './position/pin-map.js';

/** @typedef {import('./position/pin.js').Pin} Pin */

/** @param {HTMLElement} root */
function enhance(root) {
  /** @template {HTMLElement} T
   * @param {string} part
   * @param {new () => T} type
   * @returns {T} */
  const find = (part, type) => {
    const element = root.querySelector(`[data-position-${part}]`);
    if (!(element instanceof type)) throw new Error(`data-position-${part} is missing`);
    return element;
  };
  const lon = find('lon', HTMLInputElement);
  const lat = find('lat', HTMLInputElement);
  const accuracy = find('accuracy', HTMLInputElement);
  const status = find('status', HTMLElement);
  const useOwn = find('locate', HTMLButtonElement);
  const useMiddle = find('middle', HTMLButtonElement);
  const canvas = find('map', HTMLElement);
  const say = /** @type {Record<string, string>} */ (JSON.parse(find('words', HTMLElement).textContent ?? '{}'));

  /** @type {ReturnType<typeof pinMap> | undefined} */
  let map;
  /** @type {(() => void) | undefined} */
  let stopListening;

  const typed = () => readPin({ lon: lon.value, lat: lat.value, accuracy: accuracy.value });

  /** @param {string} sentence
   * @param {boolean} poor */
  function tell(sentence, poor = false) {
    status.textContent = sentence;
    status.classList.toggle('poor', poor);
  }

  /** @param {Pin} pin */
  function write(pin) {
    lon.value = writeDegrees(pin.lon);
    lat.value = writeDegrees(pin.lat);
    accuracy.value = pin.accuracy === null ? '' : String(Math.round(pin.accuracy));
    const verdict = judge(pin);
    const values = { metres: Math.round(pin.accuracy ?? 0), lat: lat.value, lon: lon.value };
    tell(fill(say[verdict] ?? '', values), verdict === 'poor');
  }

  function listen() {
    stopListening?.();
    tell(say.searching ?? '');
    stopListening = locate({
      onFix(pin) {
        write(pin);
        map?.show(pin);
      },
      onEnd(failure) {
        if (failure) tell(say[failure] ?? '', true);
      },
    });
  }

  async function drawMap() {
    const data = document.getElementById('map-context')?.textContent;
    const { leafletJs = '', leafletCss = '' } = canvas.dataset;
    try {
      const L = await loadLeaflet(leafletJs, leafletCss);
      map = pinMap(
        L,
        canvas,
        data ? JSON.parse(data) : {},
        { pin: say.pin ?? '', zoomIn: say.zoomIn ?? '', zoomOut: say.zoomOut ?? '' },
        (pin) => {
          // The person knows better than the satellites from here on.
          stopListening?.();
          write(pin);
        },
      );
    } catch {
      canvas.hidden = true;
      useMiddle.hidden = true;
      tell(say.noMap ?? '', true);
      return;
    }
    const pin = typed();
    if (pin) map.show(pin);
  }

  /** @type {Promise<void> | undefined} */
  let drawing;
  const drawn = () => {
    drawing ??= drawMap();
    return drawing;
  };

  for (const part of root.querySelectorAll('[data-position-needs-script]')) part.removeAttribute('hidden');
  useOwn.hidden = !('geolocation' in navigator);
  useOwn.addEventListener('click', listen);
  useMiddle.addEventListener('click', async () => {
    await drawn(); // a tap on the button may come before the map has come near
    map?.placeInMiddle();
  });
  for (const input of [lon, lat]) {
    input.addEventListener('change', () => {
      accuracy.value = '';
      const pin = typed();
      if (pin) map?.show(pin);
    });
  }
  whenNear(canvas, drawn);
  if ('positionHere' in root.dataset && !typed()) {
    navigator.permissions?.query({ name: 'geolocation' }).then(({ state }) => {
      if (state === 'granted') listen();
    });
  }
}

for (const root of document.querySelectorAll('[data-position]')) {
  if (root instanceof HTMLElement) enhance(root);
}
