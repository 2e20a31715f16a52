// Addresses of photos that lie in the phone: made once per version of a photo, given back when the screen closes.

/** @typedef {import('../core/types.js').Photo} Photo */

/** @param {{ photoUrl: (id: string) => Promise<string | null> | string | null }} field
 * @param {() => unknown} loaded called when an address has come */
export function photoSources(field, loaded) {
  /** @type {Map<string, { version: string, url: string | null }>} */
  const known = new Map();

  /** @param {string} id
   * @param {string} version */
  async function load(id, version) {
    const url = await field.photoUrl(id);
    const entry = known.get(id);
    if (entry?.version === version) entry.url = url;
    else if (url) URL.revokeObjectURL(url);
    loaded();
  }

  return {
    /** Null until it has been read.
     * @param {Photo} photo */
    url(photo) {
      const version = `${photo.sha256}/${photo.bytes}`;
      const entry = known.get(photo.id);
      if (entry?.version === version) return entry.url;
      if (entry?.url) URL.revokeObjectURL(entry.url);
      known.set(photo.id, { version, url: null });
      load(photo.id, version);
      return null;
    },
    stop() {
      for (const { url } of known.values()) if (url) URL.revokeObjectURL(url);
      known.clear();
    },
  };
}
