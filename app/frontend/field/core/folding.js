// Lays a fresh bundle under what this phone has noted: nothing that waits to be sent is touched by it.

import { write } from './database.js';
import { dataOf, isGone } from './findings-shown.js';
import { operationsOn } from './operations.js';
import { emptyWalk } from './walks.js';

/** @typedef {import('./types.js').BundleFinding} BundleFinding */
/** @typedef {import('./types.js').BundleRow} BundleRow */
/** @typedef {import('./types.js').Conflict} Conflict */
/** @typedef {import('./types.js').Core} Core */
/** @typedef {import('./types.js').Writing} Writing */

/** @param {Core} core
 * @param {BundleRow} row
 * @returns {Promise<void>} raises StorageFullError */
export async function fold(core, row) {
  await write(core.db, ['bundles', 'findings', 'outbox', 'conflicts', 'walks'], async (tx) => {
    await tx.objectStore('bundles').put(row);
    await foldWalk(core, tx, row);
    /** @type {Set<string>} */
    const busy = new Set((await tx.objectStore('outbox').getAll()).map((operation) => operation.object_id));
    for (const finding of row.bundle.findings) if (!busy.has(finding.id)) await foldFinding(tx, finding);
    await foldConflicts(tx, row, busy);
  });
}

/** @param {Core} core
 * @param {Writing} tx
 * @param {BundleRow} row */
async function foldWalk(core, tx, { bundle: { walk, site } }) {
  if (!walk) return;
  const known =
    (await tx.objectStore('walks').get(walk.id)) ?? emptyWalk({ id: walk.id, slug: site.slug, site: site.name });
  const pending = (await operationsOn(tx, walk.id)).length > 0;
  const { light, weather, ground, note, participants } = walk;
  const details = { ...known.details, light, weather, ground, note, participants };
  await tx.objectStore('walks').put({
    ...known,
    slug: site.slug,
    site: site.name,
    planned_at: walk.planned_at ?? known.planned_at,
    started_at: walk.started_at ?? known.started_at,
    taken_at: known.taken_at ?? new Date(core.now()).toISOString(),
    ...(pending ? {} : { state: walk.state, version: walk.version, details }),
  });
}

/** @param {Writing} tx
 * @param {BundleFinding} finding */
async function foldFinding(tx, finding) {
  const kept = await tx.objectStore('findings').get(finding.id);
  // A draft is nobody else's; and an answer that has overtaken this bundle knows better.
  if (!kept?.reported || (kept.version !== null && kept.version > finding.version)) return;
  const { number, version, status } = finding;
  const data = dataOf(finding);
  await tx.objectStore('findings').put({ ...kept, number, version, status, data, withdrawn: isGone(status) });
}

/** @param {Writing} tx
 * @param {BundleRow} row
 * @param {Set<string>} busy findings of which something waits, perhaps the answer to the conflict */
async function foldConflicts(tx, { bundle, key }, busy) {
  const store = tx.objectStore('conflicts');
  const versions = new Map(bundle.findings.map((finding) => [finding.id, finding.version]));
  const place = (/** @type {Conflict} */ conflict) => `${conflict.finding_id} ${conflict.unit}`;
  const listed = new Set(bundle.conflicts.map(place));
  for (const kept of await store.getAll()) {
    const version = versions.get(kept.finding_id);
    // Listed by the server now, under its own name; or settled by somebody, if the bundle is as new as the conflict.
    if (listed.has(place(kept)) || (version !== undefined && version >= kept.version)) await store.delete(kept.id);
  }
  const walk_id = key.startsWith('site:') ? undefined : key;
  for (const conflict of bundle.conflicts) {
    if (!busy.has(conflict.finding_id)) await store.put({ ...(walk_id ? { walk_id } : {}), ...conflict });
  }
}
