// Where one stands while walking: every fix is told, until the screen closes.

/** @typedef {{ lon: number, lat: number, accuracy_m: number }} Fix */

/** @param {(fix: Fix) => void} onFix
 * @returns {() => void} stops */
export function follow(onFix) {
  if (!('geolocation' in navigator)) return () => {};
  const watch = navigator.geolocation.watchPosition(
    ({ coords }) => onFix({ lon: coords.longitude, lat: coords.latitude, accuracy_m: Math.round(coords.accuracy) }),
    // Without a fix the map is as useful as before, and the place can be pointed out or told in words.
    () => undefined,
    { enableHighAccuracy: true, maximumAge: 5_000 },
  );
  return () => navigator.geolocation.clearWatch(watch);
}
