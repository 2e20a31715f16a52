// Listens to the satellites until the fix is good or time is up.

import { betterFix, GOOD_M, LISTEN_MS, reasonOf } from './fixes.js';

/** @typedef {import('./pin.js').Pin} Pin */

/** Starts listening; every better fix is told at once, so that the person sees it come closer.
 * @param {{ onFix: (pin: Pin) => void, onEnd: (failure: 'denied' | 'unavailable' | null) => void }} told
 * @returns {() => void} stops listening */
export function locate({ onFix, onEnd }) {
  /** @type {Pin | null} */
  let best = null;
  let over = false;

  /** @param {'denied' | 'unavailable' | null} failure */
  function end(failure) {
    if (over) return;
    over = true;
    navigator.geolocation.clearWatch(watch);
    clearTimeout(timer);
    onEnd(best ? null : failure);
  }

  const watch = navigator.geolocation.watchPosition(
    ({ coords }) => {
      if (over) return;
      const fresh = { lon: coords.longitude, lat: coords.latitude, accuracy: coords.accuracy };
      const better = betterFix(best, fresh);
      if (better === fresh) {
        best = fresh;
        onFix(fresh);
      }
      if (coords.accuracy <= GOOD_M) end(null);
    },
    (error) => {
      // A timeout in between is no end: the next fix may come within the time left.
      if (error.code !== error.TIMEOUT) end(reasonOf(error.code));
    },
    { enableHighAccuracy: true, maximumAge: 5_000, timeout: LISTEN_MS },
  );
  const timer = setTimeout(() => end('unavailable'), LISTEN_MS);
  return () => end(null);
}
