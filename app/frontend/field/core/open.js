// Opens the field app's core: everything a screen may ask for, as methods of one object.

import * as capture from './capture.js';
import * as conflicts from './conflicts.js';
import { openDatabase } from './database.js';
import * as findings from './findings.js';
import { makeLocking } from './locking.js';
import * as nearby from './nearby.js';
import { makeNotices } from './notices.js';
import * as outbox from './outbox.js';
import * as photos from './photos.js';
import { preparePhoto } from './prepare-photo.js';
import { prepareAll } from './preparing.js';
import { importZip } from './read-archive.js';
import { repeatFinding } from './repeating.js';
import * as session from './session.js';
import { storedMe } from './settings.js';
import * as room from './storage-room.js';
import { bundleOf } from './stored-bundles.js';
import { makeSyncing } from './syncing.js';
import * as taking from './take-along.js';
import * as walks from './walks.js';
import * as archive from './write-archive.js';

/** @typedef {Awaited<ReturnType<typeof openField>>} Field */
/** @typedef {import('./types.js').Core} Core */

/** @template {unknown[]} A
 * @template R
 * @typedef {(...rest: A) => R} Bound */

/** What tests and other surroundings may replace; the browser's own where nothing is given. `now` is the time of day,
 * which may jump; `ticks` milliseconds that only go on.
 * @typedef {{
 *   name?: string, base?: string, fetch?: typeof globalThis.fetch, now?: () => number, random?: () => number,
 *   ticks?: () => number, prepare?: (blob: Blob) => Promise<Blob>, later?: Core['later'], locks?: Pick<LockManager, 'request'> | null,
 *   channel?: BroadcastChannel | null, caches?: CacheStorage | null, storage?: StorageManager | null,
 *   auto?: boolean }} World auto: whether to send by itself once something is captured */

/** @param {World} [world] */
export async function openField(world = {}) {
  const name = world.name ?? 'platskollen';
  const browser = globalThis.navigator;
  const db = await openDatabase(name, { terminated: () => notices.changed() });
  const channel = world.channel === undefined ? openChannel(name) : world.channel;
  const notices = makeNotices({ channel, heard: () => void reload() });
  const auto = world.auto ?? true;

  /** @type {Core} */
  const core = {
    db,
    base: world.base ?? globalThis.location?.origin ?? '',
    fetch: world.fetch ?? ((input, init) => globalThis.fetch(input, init)),
    now: world.now ?? (() => Date.now()),
    random: world.random ?? Math.random,
    ticks: world.ticks ?? (() => performance.now()),
    prepare: world.prepare ?? preparePhoto,
    later: world.later ?? setLater,
    locked: makeLocking(world.locks === undefined ? (browser?.locks ?? null) : world.locks),
    caches: world.caches === undefined ? (globalThis.caches ?? null) : world.caches,
    storage: world.storage === undefined ? (browser?.storage ?? null) : world.storage,
    me: (await storedMe({ db }))?.me ?? null,
    status: { phase: 'idle', next: null, error: null },
    changed: notices.changed,
    captured: () => auto && syncing.captured(),
    photoAdded: () => void prepare(),
  };
  const syncing = makeSyncing(core);
  const urls = photos.makePhotoUrls(core);
  let closed = false;
  /** @type {Promise<void>} */
  let prepared = Promise.resolve();

  /** Another tab may have signed somebody in. */
  async function reload() {
    if (!closed) core.me = (await storedMe({ db }))?.me ?? core.me;
  }

  /** A photo that cannot be prepared now is taken up at the next opening. */
  function prepare() {
    prepared = prepareAll(core).catch(() => {});
    return prepared;
  }

  /** @template {unknown[]} A
   * @template R
   * @param {(core: Core, ...rest: A) => R} method
   * @returns {Bound<A, R>} */
  const bound =
    (method) =>
    (...rest) =>
      method(core, ...rest);

  const field = {
    me: () => core.me,
    refreshMe: bound(session.refreshMe),
    walks: bound(walks.walks),
    takeAlong: bound(taking.takeAlong),
    bundle: bound(bundleOf),
    refresh: bound(taking.refresh),
    startWalk: bound(walks.startWalk),
    updateWalk: bound(walks.updateWalk),
    finishWalk: bound(walks.finishWalk),
    walkProgress: bound(walks.walkProgress),
    findings: bound(findings.findings),
    finding: bound(findings.finding),
    newFinding: bound(capture.newFinding),
    editFinding: bound(capture.editFinding),
    closeFinding: bound(capture.closeFinding),
    withdrawFinding: bound(capture.withdrawFinding),
    repeatFinding: bound(repeatFinding),
    recheck: bound(capture.recheck),
    photo: bound(photos.photo),
    addPhoto: bound(photos.addPhoto),
    replacePhoto: bound(photos.replacePhoto),
    holdPhoto: bound(photos.holdPhoto),
    removePhoto: bound(photos.removePhoto),
    photoUrl: urls.photoUrl,
    near: bound(nearby.near),
    twins: bound(nearby.twins),
    summary: bound(outbox.summary),
    outbox: bound(outbox.outbox),
    conflicts: bound(conflicts.conflicts),
    settle: bound(conflicts.settle),
    /** @param {string} [id] */
    async retry(id) {
      await outbox.retry(core, id);
      await Promise.all([prepare(), syncing.sync('retry')]);
    },
    /** Sends what waits, now. Resolves when there is no more to do for the moment.
     * @param {string} [reason] */
    sync: (reason = 'asked') => syncing.sync(reason),
    status: () => core.status,
    exportZip: bound(archive.exportZip),
    /** @param {Blob} file */
    async importZip(file) {
      const result = await importZip(core, file);
      void prepare();
      core.captured();
      return result;
    },
    storage: bound(room.storage),
    askToPersist: bound(room.askToPersist),
    freeSpace: bound(room.freeSpace),
    bytesToFree: bound(room.bytesToFree),
    subscribe: notices.subscribe,
    /** Resolves when no photo is being prepared. */
    prepared: () => prepared,
    async close() {
      closed = true;
      await syncing.stop();
      await prepared;
      notices.close();
      urls.revoke();
      db.close();
    },
  };
  // Where the storage is full they stay drafts, and can still be read and sent.
  await capture.closeDrafts(core).catch(() => {});
  void prepare();
  core.captured();
  return field;
}

/** @param {string} name */
function openChannel(name) {
  return 'BroadcastChannel' in globalThis ? new BroadcastChannel(name) : null;
}

/** @param {() => void} action
 * @param {number} ms */
function setLater(action, ms) {
  const timer = setTimeout(action, ms);
  return () => clearTimeout(timer);
}
