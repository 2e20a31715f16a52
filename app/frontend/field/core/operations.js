// Writes operations into the outbox, and rewrites those that nobody has tried to send.

/** @typedef {import('./types.js').Core} Core */
/** @typedef {import('./types.js').FindingRow} FindingRow */
/** @typedef {import('./types.js').Operation} Operation */
/** @typedef {import('./types.js').Writing} Writing */

/** @param {Core} core
 * @param {Pick<Operation, 'type' | 'object_id' | 'walk_id' | 'data'> & Partial<Operation>} given
 * @returns {Operation} */
export function makeOperation(core, given) {
  return {
    id: crypto.randomUUID(),
    actor: core.me?.user_id ?? null,
    base_version: null,
    at: new Date(core.now()).toISOString(),
    photo_ids: [],
    tried: false,
    state: 'waiting',
    attempts: 0,
    not_before: 0,
    error: null,
    ...given,
  };
}

/** @param {Writing} tx
 * @param {string} objectId
 * @returns {Promise<Operation[]>} everything unsent about an object, oldest first */
export async function operationsOn(tx, objectId) {
  return (await tx.objectStore('outbox').index('object_id').getAll(objectId)).sort(bySequence);
}

/** @param {Operation} one
 * @param {Operation} other */
export function bySequence(one, other) {
  return (one.seq ?? 0) - (other.seq ?? 0);
}

/** Makes an operation that ended badly one that was never tried; its old id is spent.
 * @param {Operation} operation
 * @returns {Operation} */
export function renewed(operation) {
  return {
    ...operation,
    id: crypto.randomUUID(),
    tried: false,
    state: 'waiting',
    attempts: 0,
    not_before: 0,
    error: null,
  };
}

/** Queues a change of a finding that has been reported: into what nobody has tried yet, else as an update.
 * @param {Core} core
 * @param {Writing} tx
 * @param {FindingRow} row
 * @param {Record<string, any>} changes
 * @param {string[]} [photoIds] photos to be told of */
export async function queueChange(core, tx, row, changes, photoIds = []) {
  const outbox = tx.objectStore('outbox');
  // Whoever edits what a colleague captured on this phone sends the edit under their own name.
  const user = core.me?.user_id ?? null;
  const pending = await operationsOn(tx, row.id);
  const report = pending.find((operation) => operation.type === 'finding.report');
  if (report?.state === 'rejected' && report.actor === user) {
    await outbox.put({ ...renewed(report), data: { ...report.data, ...changes } });
    return;
  }
  if (report && !report.tried && report.actor === user) {
    await outbox.put({ ...report, data: { ...report.data, ...changes } });
    return;
  }
  const last = pending.at(-1);
  if (last?.type === 'finding.update' && !last.tried && last.actor === user) {
    const photo_ids = [...new Set([...last.photo_ids, ...photoIds])];
    await outbox.put({ ...last, data: { ...last.data, ...changes }, photo_ids });
    return;
  }
  const given = { object_id: row.id, walk_id: row.walk_id, base_version: row.version, photo_ids: photoIds };
  await outbox.add(makeOperation(core, { ...given, type: 'finding.update', data: changes }));
}
