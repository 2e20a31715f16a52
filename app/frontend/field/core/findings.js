// Reads findings: all of a walk, or one.

import { rowOf, shown } from './findings-shown.js';
import { groupBy } from './grouping.js';
import { bySequence } from './operations.js';
import { bundleOf } from './stored-bundles.js';

/** @typedef {import('./types.js').BundleFinding} BundleFinding */
/** @typedef {import('./types.js').Core} Core */
/** @typedef {import('./types.js').Finding} Finding */
/** @typedef {import('./types.js').FindingRow} FindingRow */

/** Those noted on the walk here or by others, then the earlier ones that were taken along.
 * @param {Core} core
 * @param {string} walkId
 * @returns {Promise<Finding[]>} */
export async function findings(core, walkId) {
  const bundle = await bundleOf(core, walkId);
  const here = new Map((await core.db.getAll('findings')).map((row) => [row.id, row]));
  /** @type {Map<string, BundleFinding>} */
  const taken = new Map((bundle?.findings ?? []).map((finding) => [finding.id, finding]));
  /** @type {Map<string, FindingRow>} */
  const rows = new Map([...here].filter(([, row]) => row.walk_id === walkId));
  for (const finding of taken.values()) {
    if (!rows.has(finding.id)) rows.set(finding.id, here.get(finding.id) ?? rowOf(finding));
  }
  const around = await readAround(core, walkId);
  return [...rows.values()].map((row) => around(row, taken.get(row.id) ?? null));
}

/** @param {Core} core
 * @param {string} id
 * @returns {Promise<Finding | null>} */
export async function finding(core, id) {
  const row = await core.db.get('findings', id);
  const taken = await takenFinding(core, id, row?.walk_id ?? null);
  const found = row ?? (taken && rowOf(taken.finding));
  if (!found) return null;
  const around = await readAround(core, taken?.walkId ?? found.walk_id);
  return around(found, taken?.finding ?? null);
}

/** @param {Core} core
 * @param {string} id
 * @param {string | null} walkId where to look first
 * @returns {Promise<{ finding: BundleFinding, walkId: string } | null>} from any bundle on the phone */
export async function takenFinding(core, id, walkId) {
  const keys = await core.db.getAllKeys('bundles');
  keys.sort((one, other) => Number(other === walkId) - Number(one === walkId));
  for (const key of keys) {
    const row = await core.db.get('bundles', key);
    const found = row?.bundle.findings.find((each) => each.id === id);
    if (found) return { finding: found, walkId: key.startsWith('site:') ? found.walk_id : key };
  }
  return null;
}

/** @param {Core} core
 * @param {string} walkId
 * @returns {Promise<(row: FindingRow, taken: BundleFinding | null) => Finding>} */
async function readAround(core, walkId) {
  const [operations, photos, conflicts, walk] = await Promise.all([
    core.db.getAll('outbox'),
    core.db.getAll('photos'),
    core.db.getAll('conflicts'),
    core.db.get('walks', walkId),
  ]);
  const ofObject = groupBy(operations.sort(bySequence), (operation) => operation.object_id);
  const ofFinding = groupBy(photos, (photo) => photo.finding_id);
  const inConflict = new Set(conflicts.map((conflict) => conflict.finding_id));
  return (row, taken) =>
    shown(row, {
      operations: ofObject.get(row.id) ?? [],
      photos: (ofFinding.get(row.id) ?? []).sort((one, other) => (one.at < other.at ? -1 : 1)),
      conflict: inConflict.has(row.id),
      taken,
      recheck: walk?.rechecks[row.id] ?? null,
      walkId,
    });
}
