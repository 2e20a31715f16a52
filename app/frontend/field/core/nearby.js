// What stands so close that it may be the same thing.

import { findings } from './findings.js';
import { isOpen } from './findings-shown.js';

/** @typedef {import('./types.js').Core} Core */
/** @typedef {import('./types.js').Finding} Finding */

/** Added to the accuracy of the position: how far apart two people may set the pin of one lamp, metres. */
export const REACH_M = 15;
const EARTH_RADIUS_M = 6_371_009;

/** @param {{ lon: number, lat: number }} one
 * @param {{ lon: number, lat: number }} other
 * @returns {number} metres on the sphere (haversine) */
export function distance(one, other) {
  const radians = Math.PI / 180;
  const [north, east] = [(other.lat - one.lat) * radians, (other.lon - one.lon) * radians];
  const chord =
    Math.sin(north / 2) ** 2 + Math.cos(one.lat * radians) * Math.cos(other.lat * radians) * Math.sin(east / 2) ** 2;
  return 2 * EARTH_RADIUS_M * Math.asin(Math.sqrt(chord));
}

/** Open findings of the same category within reach, nearest first.
 * @param {Core} core
 * @param {string} walkId
 * @param {{ lon?: number | null, lat?: number | null, accuracy_m?: number | null, category?: string | null,
 *   id?: string }} place id: the finding that is being noted, which is not its own neighbour
 * @returns {Promise<{ finding: Finding, metres: number, seen: string[] }[]>} */
export async function near(core, walkId, place) {
  return within(await findings(core, walkId), place);
}

/** @param {Finding[]} all
 * @param {Parameters<typeof near>[2]} place */
function within(all, { lon, lat, accuracy_m, category, id }) {
  if (typeof lon !== 'number' || typeof lat !== 'number' || !category) return [];
  const reach = (accuracy_m ?? 0) + REACH_M;
  return all
    .filter((each) => each.id !== id && each.data.category === category && isOpen(each))
    .flatMap((each) => {
      const { lon: east, lat: north } = each.data;
      if (typeof east !== 'number' || typeof north !== 'number') return [];
      const metres = distance({ lon, lat }, { lon: east, lat: north });
      return metres <= reach ? [{ finding: each, metres, seen: each.seen }] : [];
    })
    .sort((one, other) => one.metres - other.metres);
}

/** Pairs that this phone and another noted on the same walk and that may be one thing.
 * @param {Core} core
 * @param {string} walkId
 * @returns {Promise<[Finding, Finding][]>} mine, then the other's */
export async function twins(core, walkId) {
  const all = (await findings(core, walkId)).filter((each) => each.mine_walk && isOpen(each));
  const others = all.filter((each) => !each.mine);
  return all
    .filter((each) => each.mine)
    .flatMap((mine) => {
      const other = within(others, mine.data)[0]?.finding;
      return other ? [/** @type {[Finding, Finding]} */ ([mine, other])] : [];
    });
}
