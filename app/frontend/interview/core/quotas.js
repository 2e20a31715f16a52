// Which part of which weekday it is where the places are: interviews are wanted by these. The same hours as
// app/services/interviews.py. No DOM.

/** @typedef {import('./store.js').Quota} Quota */

export const SLOTS = /** @type {const} */ (['morning', 'day', 'evening', 'night']);
const ZONE = 'Europe/Stockholm';
const WEEKDAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];
const MORNING = 6;
const DAY = 10;
const EVENING = 16;
const NIGHT = 21;

/** The day there, in ISO 8601.
 * @param {Date} moment */
export function dayHere(moment) {
  return moment.toLocaleDateString('sv-SE', { timeZone: ZONE });
}

/** Weekday (0: Monday) and slot; what is after midnight belongs to the night before.
 * @param {Date} moment
 * @returns {{ weekday: number, slot: string }} */
export function slotOf(moment) {
  const hour = Number(moment.toLocaleTimeString('en-GB', { timeZone: ZONE, hour: '2-digit', hourCycle: 'h23' }));
  const weekday = WEEKDAYS.indexOf(moment.toLocaleDateString('en-GB', { timeZone: ZONE, weekday: 'short' }));
  if (hour < MORNING) return { weekday: (weekday + 6) % 7, slot: 'night' };
  return { weekday, slot: hour < DAY ? 'morning' : hour < EVENING ? 'day' : hour < NIGHT ? 'evening' : 'night' };
}

/** The quotas of a wave with what this phone has not sent yet.
 * @param {Quota[]} quotas
 * @param {{ at: string, state: string }[]} kept of this wave
 * @returns {(Quota & { here: number })[]} */
export function withKept(quotas, kept) {
  const waiting = kept.filter(({ state }) => state === 'waiting').map(({ at }) => slotOf(new Date(at)));
  return quotas.map((quota) => ({
    ...quota,
    here: waiting.filter(({ weekday, slot }) => weekday === quota.weekday && slot === quota.slot).length,
  }));
}
