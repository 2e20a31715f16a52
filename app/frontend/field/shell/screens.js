// Which module shows which screen. Those with a map come as a piece of their own, so that the others open sooner; the
// service worker keeps all of it.

import * as conflict from '../conflict/conflict.js';
import * as finish from '../finish/finish.js';
import * as outbox from '../outbox/outbox.js';
import * as photo from '../photo/photo.js';
import * as recheck from '../recheck/recheck.js';
import * as storage from '../storage/storage.js';
import * as takeAlong from '../take-along/take-along.js';
import * as join from '../today/join.js';
import * as startWalk from '../today/start-walk.js';
import * as today from '../today/today.js';
import * as invite from '../walk/invite.js';

/**
 * @typedef {object} ScreenArguments
 * @property {HTMLElement} root
 * @property {any} field what core/open.js made
 * @property {Record<string, string>} params
 * @property {(hash: string) => void} go
 * @property {typeof import('../words/words.js').t} t
 */
/** @typedef {{ show: (screen: ScreenArguments) => (() => void) | Promise<() => void> }} Screen */

/** @type {Record<string, Screen | (() => Promise<Screen>)>} */
export const screens = {
  today,
  start: startWalk,
  join,
  'take-along': takeAlong,
  walk: () => import('../walk/walk.js'),
  invite,
  finding: () => import('../finding/finding.js'),
  photo,
  recheck,
  finish,
  outbox,
  conflict,
  storage,
};
