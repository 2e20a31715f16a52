// Where one stands while walking: every fix is told, and when the phone knows no longer, until the screen closes.

/** @typedef {{ lon: number, lat: number, accuracy_m: number }} Fix */

/** @param {(fix: Fix | null) => void} onFix null: lost, as under a bridge
 * @returns {() => void} stops */
export function follow(onFix) {
  if (!('geolocation' in navigator)) return () => {};
  const watch = navigator.geolocation.watchPosition(
    ({ coords }) => onFix({ lon: coords.longitude, lat: coords.latitude, accuracy_m: Math.round(coords.accuracy) }),
    // Without a fix the map is as useful as before, and the place can be pointed out or told in words: better no pin
    // than one where somebody stood before.
    () => onFix(null),
    { enableHighAccuracy: true, maximumAge: 5_000 },
  );
  return () => navigator.geolocation.clearWatch(watch);
}
