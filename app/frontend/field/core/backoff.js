// How long to wait before trying again.

const FIRST_MS = 1_000;
export const LONGEST_MS = 60_000;

/** Doubles with each failure up to a cap; the jitter keeps a whole walk's phones from coming back at once.
 * @param {number} failures so far, at least 1
 * @param {number} random from 0 to 1
 * @returns {number} milliseconds */
export function delay(failures, random) {
  return Math.min(LONGEST_MS, FIRST_MS * 2 ** (failures - 1)) * (0.5 + random / 2);
}

/** Whether the time has come. A clock that was set back must not hold anything for longer than the longest wait.
 * @param {number} notBefore epoch milliseconds
 * @param {number} now */
export function isDue(notBefore, now) {
  return notBefore <= now || notBefore - now > LONGEST_MS;
}
