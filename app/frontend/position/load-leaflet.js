// Brings Leaflet in when a map comes into view, not before: the page must open fast on a poor line.

/** @typedef {typeof import('leaflet')} Leaflet */

/** @type {Promise<Leaflet> | undefined} */
let loading;

/** @param {string} script address of the classic script that sets window.L
 * @param {string} sheet address of its style sheet
 * @returns {Promise<Leaflet>} */
export function loadLeaflet(script, sheet) {
  loading ??= new Promise((resolve, reject) => {
    const link = Object.assign(document.createElement('link'), { rel: 'stylesheet', href: sheet });
    // Before our own sheet, so that ours has the last word.
    document.head.prepend(link);
    const element = Object.assign(document.createElement('script'), { src: script });
    element.onload = () => resolve(/** @type {{ L: Leaflet }} */ (/** @type {unknown} */ (window)).L);
    element.onerror = () => reject(new Error('Leaflet did not load'));
    document.head.append(element);
  });
  return loading;
}

/** Calls back once when the element is about to be seen.
 * @param {Element} element
 * @param {() => void} callback */
export function whenNear(element, callback) {
  const observer = new IntersectionObserver(
    (entries) => {
      if (!entries.some((entry) => entry.isIntersecting)) return;
      observer.disconnect();
      callback();
    },
    { rootMargin: '150px' },
  );
  observer.observe(element);
}
