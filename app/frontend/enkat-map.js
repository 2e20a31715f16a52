// The map of a question about places: what is pressed becomes a line of the list below it, which is what is sent.

import { loadLeaflet } from './position/load-leaflet.js';
import { MAP_OPTIONS } from './position/map-options.js';

/** @param {HTMLElement} places the element with the data, before the list */
export async function placesMap(places) {
  const { leaflet, sheet, ground, name, input, words, in: zoomIn, out: zoomOut } = places.dataset;
  const L = await loadLeaflet(String(leaflet), String(sheet));
  const list = /** @type {HTMLElement} */ (places.nextElementSibling);
  const element = document.createElement('div');
  element.className = 'map';
  // The list says the same, so nobody has to find their way by ear on a map.
  element.setAttribute('aria-hidden', 'true');
  places.append(element);
  const help = places.querySelector('p');
  if (help) help.hidden = false;
  const map = L.map(element, { ...MAP_OPTIONS, zoomControl: false, keyboard: false });
  L.control.zoom({ zoomInTitle: zoomIn, zoomOutTitle: zoomOut }).addTo(map);
  const site = L.geoJSON(JSON.parse(ground || 'null'), {
    interactive: false,
    style: { className: 'ground', weight: 2 },
  });
  map.fitBounds(site.addTo(map).getBounds());
  for (const one of element.querySelectorAll('a')) one.tabIndex = -1;

  /** @param {HTMLInputElement} line */
  function draw(line) {
    const [lat = 0, lon = 0] = line.value.split(' ').map(Number);
    const named = line.parentElement?.textContent?.trim() ?? '';
    const dot = L.circleMarker([lat, lon], { radius: 9, weight: 3, className: 'spot' }).addTo(map);
    dot.bindTooltip(Object.assign(document.createElement('span'), { textContent: named }), {
      permanent: named !== words,
    });
    const paint = () => dot.getElement()?.classList.toggle('chosen', line.checked);
    dot.on('click', (event) => {
      L.DomEvent.stop(event);
      line.checked = !line.checked;
      line.dispatchEvent(new Event('change', { bubbles: true }));
      line.dispatchEvent(new Event('input', { bubbles: true }));
    });
    list.addEventListener('change', paint);
    paint();
  }

  for (const line of list.querySelectorAll('input')) if (line.value.includes(' ')) draw(line);
  map.on('click', ({ latlng }) => {
    const at = latlng.wrap();
    const label = document.createElement('label');
    const line = Object.assign(document.createElement('input'), {
      type: String(input),
      name: String(name),
      value: `${at.lat.toFixed(5)} ${at.lng.toFixed(5)}`,
      checked: true,
    });
    label.append(line, Object.assign(document.createElement('span'), { textContent: String(words) }));
    list.prepend(label);
    draw(line);
    line.dispatchEvent(new Event('change', { bubbles: true }));
    line.dispatchEvent(new Event('input', { bubbles: true }));
  });
}
