// What the phone remembers of itself and of who uses it.

/** @typedef {import('./types.js').Core} Core */
/** @typedef {import('./types.js').Me} Me */

/** @param {Pick<Core, 'db'>} core
 * @returns {Promise<string>} made once, the same ever after */
export async function deviceId(core) {
  const tx = core.db.transaction('settings', 'readwrite');
  const known = await tx.store.get('device_id');
  const id = known ?? crypto.randomUUID();
  if (!known) await tx.store.put(id, 'device_id');
  await tx.done;
  return id;
}

/** @param {Pick<Core, 'db'>} core
 * @returns {Promise<{ me: Me, etag: string | null } | null>} as last heard from the server */
export async function storedMe(core) {
  return (await core.db.get('settings', 'me')) ?? null;
}

/** @param {Pick<Core, 'db'>} core
 * @param {Me} me
 * @param {string | null} etag */
export async function storeMe(core, me, etag) {
  await core.db.put('settings', { me, etag }, 'me');
}
