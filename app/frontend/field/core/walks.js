// Starts, changes and finishes walks, and lists those that the phone knows.

import { closeDrafts } from './capture.js';
import { write } from './database.js';
import { findings } from './findings.js';
import { isOpen } from './findings-shown.js';
import { groupBy } from './grouping.js';
import { makeOperation, operationsOn } from './operations.js';

/** @typedef {import('./types.js').Core} Core */
/** @typedef {import('./types.js').Participant} Participant */
/** @typedef {import('./types.js').Walk} Walk */
/** @typedef {import('./types.js').WalkDetails} WalkDetails */
/** @typedef {import('./types.js').WalkRow} WalkRow */
/** @typedef {import('./types.js').Writing} Writing */

/** @param {Core} core
 * @returns {Promise<Walk[]>} soonest first, those under way before all */
export async function walks(core) {
  const [rows, operations, photos] = await Promise.all([
    core.db.getAll('walks'),
    core.db.getAll('outbox'),
    core.db.getAll('photos'),
  ]);
  const unsent = [...operations, ...photos.filter((photo) => photo.state !== 'sent')];
  const unsentOf = groupBy(unsent, (each) => each.walk_id);
  const known = new Map((core.me?.walks ?? []).map((walk) => [walk.id, walk]));
  const here = new Map(rows.map((row) => [row.id, row]));
  // What others have finished, and nobody has walked with this phone, is no news here.
  const news = [...known.values()].filter((walk) => walk.state !== 'finished').map(({ id }) => id);
  const all = [...new Set([...news, ...here.keys()])].map((id) => {
    const [walk, row] = [known.get(id), here.get(id)];
    // What was done here counts before what the server was last heard to say, but for the end, which may come from any phone.
    const own = row?.started_here && walk?.state !== 'finished';
    const state = own || !walk ? (row?.state ?? 'planned') : walk.state;
    return {
      id,
      slug: walk?.slug ?? row?.slug ?? '',
      site: walk?.site ?? row?.site ?? '',
      state,
      planned_at: walk?.planned_at ?? row?.planned_at ?? null,
      started_at: row?.started_at ?? walk?.started_at ?? null,
      meeting_point: walk?.meeting_point ?? '',
      purpose: walk?.purpose ?? '',
      light: row?.details.light ?? walk?.light ?? '',
      bundle: Boolean(row?.taken_at),
      taken_at: row?.taken_at ?? null,
      bytes: row?.bytes ?? 0,
      unsent: unsentOf.get(id)?.length ?? 0,
      details: row?.details ?? {},
      receipt: row?.receipt ?? null,
    };
  });
  const rank = (/** @type {Walk} */ walk) => `${walk.state === 'ongoing' ? 0 : 1}${walk.planned_at ?? walk.started_at}`;
  return all.sort((one, other) => (rank(one) < rank(other) ? -1 : 1));
}

/** Starts a walk, or joins the planned one whose id is given: two phones that do so offline are on one walk.
 * @param {Core} core
 * @param {{ id?: string, slug: string } & WalkDetails} given
 * @returns {Promise<string>} the walk's id */
export async function startWalk(core, { id = crypto.randomUUID(), slug, ...details }) {
  const known = core.me?.walks.find((walk) => walk.id === id);
  const site = core.me?.sites.find((each) => each.slug === slug)?.name ?? known?.site ?? slug;
  await write(core.db, ['walks', 'outbox'], async (tx) => {
    const row = (await tx.objectStore('walks').get(id)) ?? emptyWalk({ id, slug, site });
    if (row.started_here) return;
    await tx.objectStore('walks').put({
      ...row,
      started_here: true,
      state: 'ongoing',
      planned_at: row.planned_at ?? known?.planned_at ?? null,
      started_at: row.started_at ?? new Date(core.now()).toISOString(),
      details: { ...row.details, ...details },
    });
    const given = { object_id: id, walk_id: id, base_version: row.version, data: { site: slug, ...details } };
    await tx.objectStore('outbox').add(makeOperation(core, { ...given, type: 'walk.start' }));
  });
  core.changed();
  core.captured();
  return id;
}

/** @param {{ id: string, slug: string, site: string }} given
 * @returns {WalkRow} */
export function emptyWalk(given) {
  return {
    ...given,
    state: 'planned',
    planned_at: null,
    started_at: null,
    details: {},
    version: null,
    started_here: false,
    taken_at: null,
    bytes: 0,
    rechecks: {},
    receipt: null,
    receipt_due: false,
  };
}

/** @param {Core} core
 * @param {string} id
 * @param {WalkDetails} changes */
export async function updateWalk(core, id, changes) {
  await write(core.db, ['walks', 'outbox'], (tx) => change(core, tx, id, changes));
  core.changed();
  core.captured();
}

/** Ends a walk. Complete drafts are queued first, so that they go before the end does.
 * @param {Core} core
 * @param {string} id
 * @param {{ note?: string, participants?: Participant[] }} given */
export async function finishWalk(core, id, given) {
  await closeDrafts(core, id);
  await write(core.db, ['walks', 'outbox'], async (tx) => {
    const row = await need(core, tx, id);
    if (row.state === 'finished') return;
    await tx.objectStore('walks').put({ ...row, state: 'finished', details: { ...row.details, ...given } });
    const operation = { object_id: id, walk_id: id, base_version: row.version, data: { ...given } };
    await tx.objectStore('outbox').add(makeOperation(core, { ...operation, type: 'walk.finish' }));
  });
  core.changed();
  core.captured();
}

/** @param {Core} core
 * @param {Writing} tx
 * @param {string} id
 * @param {WalkDetails} changes */
async function change(core, tx, id, changes) {
  const row = await need(core, tx, id);
  await tx.objectStore('walks').put({ ...row, details: { ...row.details, ...changes } });
  const last = (await operationsOn(tx, id)).at(-1);
  if (last?.type === 'walk.update' && !last.tried && last.actor === (core.me?.user_id ?? null)) {
    await tx.objectStore('outbox').put({ ...last, data: { ...last.data, ...changes } });
    return;
  }
  const given = { object_id: id, walk_id: id, base_version: row.version, data: changes };
  await tx.objectStore('outbox').add(makeOperation(core, { ...given, type: 'walk.update' }));
}

/** @param {Core} core
 * @param {Writing} tx
 * @param {string} id
 * @returns {Promise<WalkRow>} made of what the server said of it, where the phone has no row yet */
async function need(core, tx, id) {
  const row = await tx.objectStore('walks').get(id);
  if (row) return row;
  const known = core.me?.walks.find((walk) => walk.id === id);
  return { ...emptyWalk({ id, slug: known?.slug ?? '', site: known?.site ?? '' }), state: known?.state ?? 'ongoing' };
}

/** What the end of a walk shows: how much there is, and what is missing.
 * @param {Core} core
 * @param {string} id
 * @returns {Promise<{ findings: number, drafts: number, photos: { sent: number, total: number },
 *   missing_category: number, unchecked: number }>} unchecked: open findings from before that nobody looked at */
export async function walkProgress(core, id) {
  const [all, photos, row] = await Promise.all([
    findings(core, id),
    core.db.getAllFromIndex('photos', 'walk_id', id),
    core.db.get('walks', id),
  ]);
  const noted = all.filter((each) => each.mine_walk && !each.withdrawn);
  // The receipt speaks of the other phones' photos too, but only as of when it was asked for.
  const here = { sent: photos.filter((photo) => photo.state === 'sent').length, total: photos.length };
  const receipt = row?.receipt;
  const wider = receipt && receipt.photos_expected >= here.total;
  return {
    findings: noted.length,
    drafts: noted.filter((each) => each.state === 'draft').length,
    photos: wider ? { sent: receipt.photos_received, total: receipt.photos_expected } : here,
    missing_category: noted.filter((each) => each.missing.includes('category')).length,
    unchecked: all.filter((each) => !each.mine_walk && isOpen(each) && !each.recheck).length,
  };
}
