// Sends what waits.
/** @param {import('./types.js').Core} core */
export function makeSyncing(core) {
  return {
    captured() {},
    /** @param {string} reason
     * @returns {Promise<void>} */
    async sync(reason) {
      void [core, reason];
    },
    async stop() {},
  };
}
