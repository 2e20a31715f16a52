// One thing noted twice on a walk: what nobody has heard of the second note goes over to the first.

import { UnknownFindingError } from './capture.js';
import { write } from './database.js';
import { takenFinding } from './findings.js';
import { rowOf } from './findings-shown.js';
import { makeOperation, operationsOn, queueChange } from './operations.js';

/** @typedef {import('./types.js').Core} Core */

/** Says that a finding repeats another. Where the server has not heard of it, its photos and words become the other's
 * and it is gone; else it is sent as a duplicate, and its photos stay with it.
 * @param {Core} core
 * @param {string} id
 * @param {string} otherId of the same walk
 * @returns {Promise<boolean>} whether all went over */
export async function repeatFinding(core, id, otherId) {
  const taken = (await takenFinding(core, otherId, null))?.finding;
  const over = await write(core.db, ['findings', 'outbox', 'photos'], async (tx) => {
    const row = await tx.objectStore('findings').get(id);
    const other = (await tx.objectStore('findings').get(otherId)) ?? (taken && rowOf(taken));
    if (!row || !other) throw new UnknownFindingError(id);
    const pending = await operationsOn(tx, id);
    const report = pending.find((each) => each.type === 'finding.report');
    if (row.reported && (!report || report.tried)) {
      await tx.objectStore('findings').put({ ...row, withdrawn: true, status: 'duplicate' });
      const given = { object_id: id, walk_id: row.walk_id, base_version: row.version };
      const data = { duplicate_of: otherId };
      await tx.objectStore('outbox').add(makeOperation(core, { ...given, type: 'finding.withdraw', data }));
      return false;
    }
    const ready = [];
    for (const photo of await tx.objectStore('photos').index('finding_id').getAll(id)) {
      await tx.objectStore('photos').put({ ...photo, finding_id: otherId });
      // One that is being prepared is told of when it is ready.
      if (photo.sha256) ready.push(photo.id);
    }
    const said = row.data.description;
    const changes = said ? { description: [other.data.description, said].filter(Boolean).join('\n') } : {};
    const changed = { ...other, data: { ...other.data, ...changes } };
    await tx.objectStore('findings').put(changed);
    if (other.reported && (said || ready.length)) await queueChange(core, tx, changed, changes, ready);
    await tx.objectStore('findings').delete(id);
    for (const operation of pending) await tx.objectStore('outbox').delete(operation.seq ?? 0);
    return true;
  });
  core.changed();
  core.captured();
  return over;
}
