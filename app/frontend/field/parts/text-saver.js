// Keeps what is being typed and saves it a moment later. A redraw shows the typed words, never older ones from the store:
// else a letter typed while the last ones were being saved would be lost. No DOM.

/** @typedef {Record<string, unknown>} Changes */

const PAUSE_MS = 400;

/** @param {(changes: Changes) => Promise<unknown>} save
 * @param {{ setTimeout: (fn: () => void, ms: number) => any, clearTimeout: (timer: any) => void }} [clock] */
export function textSaver(save, clock = globalThis) {
  /** Typed, and not known to be saved. @type {Map<string, unknown>} */
  const typed = new Map();
  /** @type {any} */
  let timer = null;
  /** @type {Promise<void>} */
  let saving = Promise.resolve();

  async function saveTyped() {
    if (typed.size === 0) return;
    const batch = new Map(typed);
    await save(Object.fromEntries(batch));
    for (const [name, value] of batch) if (typed.get(name) === value) typed.delete(name);
  }

  /** Saves at once what is not saved yet; rejects as `save` does, and keeps the words. */
  function flush() {
    clock.clearTimeout(timer);
    timer = null;
    const next = saving.then(saveTyped);
    saving = next.catch(() => {});
    return next;
  }

  return {
    /** @param {string} name
     * @param {unknown} value */
    type(name, value) {
      typed.set(name, value);
      clock.clearTimeout(timer);
      timer = clock.setTimeout(() => flush().catch(() => {}), PAUSE_MS);
    },
    /** What the field shows.
     * @template T
     * @param {string} name
     * @param {T} stored
     * @returns {T} */
    shown(name, stored) {
      return typed.has(name) ? /** @type {T} */ (typed.get(name)) : stored;
    },
    /** Typed, and not known to be saved. */
    unsaved: () => Object.fromEntries(typed),
    flush,
  };
}
