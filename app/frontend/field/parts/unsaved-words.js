// Words typed in the last moment before the app is closed: IndexedDB may not get to them, localStorage does.

const KEY = 'platskollen-typed';

/** Saves what is typed as soon as the app is put away, and keeps it for `takeUp` in case the app ends before that.
 * @param {{ flush: () => Promise<unknown>, unsaved: () => Record<string, unknown> }} saver
 * @param {'editFinding' | 'updateWalk'} method of the core
 * @param {string} id of what is typed about
 * @returns {() => void} stop */
export function keepUnsaved(saver, method, id) {
  async function keep() {
    const changes = saver.unsaved();
    if (document.visibilityState !== 'hidden' || !Object.keys(changes).length) return;
    try {
      localStorage.setItem(KEY, JSON.stringify([method, id, changes]));
    } catch {
      // A full phone: what is saved below is all there is.
    }
    await saver.flush();
    localStorage.removeItem(KEY);
  }
  const leave = () => keep().catch(() => {});
  document.addEventListener('visibilitychange', leave);
  return () => document.removeEventListener('visibilitychange', leave);
}

/** Writes down what the app could not when it was closed.
 * @param {any} field
 * @returns {Promise<void>} */
export async function takeUp(field) {
  const kept = localStorage.getItem(KEY);
  if (!kept) return;
  const [method, id, changes] = JSON.parse(kept);
  await field[method](id, changes);
  localStorage.removeItem(KEY);
}
