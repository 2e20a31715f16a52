// Findings on the map: today's filled, earlier open ones hollow; each a target of 48 px.

import L from 'leaflet';
import { findingWords } from '../parts/checklist-words.js';
import { t } from '../words/words.js';

const SIZE = 48;

/** @typedef {import('../core/types.js').Finding} Finding */

/** Keeps the pins as the findings are.
 * @param {import('leaflet').Map} map
 * @param {(finding: Finding) => void} onTap */
export function pins(map, onTap) {
  /** @type {Map<string, { marker: import('leaflet').Marker, look: string }>} */
  const shown = new Map();

  /** @param {Finding} finding
   * @param {string} title */
  function make(finding, title) {
    const classes = ['finding-pin', finding.mine_walk ? 'todays' : 'earlier'];
    if (finding.data.severity === 'acute') classes.push('acute');
    if (finding.state === 'draft') classes.push('draft');
    const icon = L.divIcon({ className: classes.join(' '), iconSize: [SIZE, SIZE] });
    // Nobody wants to tab through fifty pins: with a keyboard one uses the list, which says the same.
    const place = L.latLng(finding.data.lat ?? 0, finding.data.lon ?? 0);
    const marker = L.marker(place, { icon, riseOnHover: true, keyboard: false });
    marker.on('click', () => onTap(finding)).addTo(map);
    marker.getElement()?.setAttribute('role', 'img');
    marker.getElement()?.setAttribute('aria-label', title);
    return marker;
  }

  return {
    /** @param {Finding[]} findings
     * @param {any} bundle */
    show(findings, bundle) {
      const seen = new Set();
      for (const finding of findings) {
        const { lon, lat, severity } = finding.data;
        if (lon == null || lat == null || finding.withdrawn) continue;
        seen.add(finding.id);
        const title = findingWords(bundle, finding.data, t('Finding without a category'));
        const look = [lon, lat, severity, finding.state, finding.mine_walk, title].join('|');
        const before = shown.get(finding.id);
        if (before?.look === look) continue;
        before?.marker.remove();
        shown.set(finding.id, { marker: make(finding, title), look });
      }
      for (const [id, { marker }] of shown) {
        if (seen.has(id)) continue;
        marker.remove();
        shown.delete(id);
      }
    },
  };
}
