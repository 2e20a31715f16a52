// One at a time: across tabs by Web Locks where there are any, and within this one always.

/** @param {Pick<LockManager, 'request'> | null} locks
 * @returns {<T>(name: string, action: () => Promise<T>) => Promise<T>} */
export function makeLocking(locks) {
  /** @type {Map<string, Promise<unknown>>} */
  const last = new Map();
  return (name, action) => {
    if (locks) return /** @type {Promise<any>} */ (locks.request(name, action));
    const turn = (last.get(name) ?? Promise.resolve()).then(action, action);
    last.set(name, turn);
    return turn;
  };
}
