// Two people said different things of one part of a finding: both are kept until a person chooses.

import { write } from './database.js';
import { takenFinding } from './findings.js';
import { rowOf } from './findings-shown.js';
import { makeOperation } from './operations.js';

/** @typedef {import('./types.js').Conflict} Conflict */
/** @typedef {import('./types.js').Core} Core */

/** @param {Core} core
 * @returns {Promise<Conflict[]>} oldest first */
export async function conflicts(core) {
  return (await core.db.getAll('conflicts')).sort((one, other) => (one.at < other.at ? -1 : 1));
}

/** Queues the chosen value as an edit of the version on which the other one stands.
 * @param {Core} core
 * @param {string} id
 * @param {'mine' | 'theirs'} choice */
export async function settle(core, id, choice) {
  const conflict = await core.db.get('conflicts', id);
  if (!conflict) return;
  const taken = await takenFinding(core, conflict.finding_id, conflict.walk_id ?? null);
  await write(core.db, ['conflicts', 'findings', 'outbox'], async (tx) => {
    if (!(await tx.objectStore('conflicts').get(id))) return;
    await tx.objectStore('conflicts').delete(id);
    const row = (await tx.objectStore('findings').get(conflict.finding_id)) ?? (taken && rowOf(taken.finding));
    const data = choice === 'mine' ? conflict.mine : conflict.theirs;
    const version = Math.max(1, conflict.version, row?.version ?? 0);
    const walk_id = row?.walk_id ?? conflict.walk_id ?? '';
    if (row) await tx.objectStore('findings').put({ ...row, data: { ...row.data, ...data }, version });
    // Never into another edit: this one stands on the version that the person has just seen.
    const given = { object_id: conflict.finding_id, walk_id, base_version: version, data };
    await tx.objectStore('outbox').add(makeOperation(core, { ...given, type: 'finding.update' }));
  });
  core.changed();
  core.captured();
}
