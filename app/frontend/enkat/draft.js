// What was answered so far, kept on this device alone, until it is sent or cleared.

const ROUND = 'round';

/** @param {HTMLElement} page whose data-slug names the questionnaire, and data-round the time that it is asked */
export function draftOf(page) {
  const key = `enkat:${page.dataset.slug}`;
  return {
    /** @returns {URLSearchParams | null} the fields of the page that was shown last; none of an earlier round */
    read() {
      try {
        const kept = new URLSearchParams(localStorage.getItem(key) ?? '');
        if (kept.get(ROUND) === page.dataset.round) return kept;
        localStorage.removeItem(key);
        return null;
      } catch {
        return null; // storage is refused; the page works without
      }
    },
    /** @param {HTMLFormElement} form */
    write(form) {
      const pairs = [...new FormData(form)].filter(([, value]) => typeof value === 'string');
      try {
        const kept = new URLSearchParams(/** @type {string[][]} */ (pairs));
        kept.set(ROUND, page.dataset.round ?? '');
        localStorage.setItem(key, String(kept));
      } catch {
        // As above.
      }
    },
    clear() {
      try {
        localStorage.removeItem(key);
      } catch {
        // As above.
      }
    },
  };
}
