// Addresses of photos that lie in the phone. The core makes them and takes them back; here is what a drawing can read.

/** @typedef {import('../core/types.js').Photo} Photo */

/** @param {{ photoUrl: (id: string) => Promise<string | null> }} field
 * @param {() => unknown} loaded called when an address has come */
export function photoSources(field, loaded) {
  /** @type {Map<string, { version: string, url: string | null }>} */
  const known = new Map();

  /** @param {string} id
   * @param {string} version */
  async function load(id, version) {
    const url = await field.photoUrl(id);
    if (known.get(id)?.version !== version) return;
    known.set(id, { version, url });
    loaded();
  }

  return {
    /** Null until it has been read.
     * @param {Photo} photo */
    url(photo) {
      const version = `${photo.revision}/${photo.sha256}`;
      const entry = known.get(photo.id);
      if (entry?.version === version) return entry.url;
      // The one shown so far stays until the new one has come.
      known.set(photo.id, { version, url: entry?.url ?? null });
      load(photo.id, version);
      return entry?.url ?? null;
    },
    stop() {
      known.clear();
    },
  };
}
