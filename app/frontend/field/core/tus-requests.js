// Lets tus-js-client send by fetch, which a service worker has too, and which answers like every other request here.

/** @typedef {import('./types.js').Core} Core */

/** A part of up to 1 MB over a link of 10 kB/s must get through, milliseconds. */
const PATIENCE_MS = 120_000;

/** @param {Core} core
 * @returns {import('tus-js-client').HttpStack} */
export function fetchStack(core) {
  return {
    getName: () => 'fetch',
    createRequest: (method, url) => makeRequest(core, method, url),
  };
}

/** @param {Core} core
 * @param {string} method
 * @param {string} url
 * @returns {import('tus-js-client').HttpRequest} */
function makeRequest(core, method, url) {
  /** @type {Record<string, string>} */
  const headers = {};
  return {
    getMethod: () => method,
    getURL: () => url,
    setHeader: (name, value) => {
      headers[name] = value;
    },
    getHeader: (name) => headers[name],
    setProgressHandler: () => {},
    async send(body) {
      const signal = AbortSignal.timeout(PATIENCE_MS);
      const answer = await core.fetch(url, { method, headers, body, signal, cache: 'no-store' });
      const text = method === 'HEAD' ? '' : await answer.text();
      return {
        getStatus: () => answer.status,
        getHeader: (name) => answer.headers.get(name) ?? undefined,
        getBody: () => text,
        getUnderlyingObject: () => answer,
      };
    },
    // Nobody calls it: an upload ends by its answer or by the signal above.
    abort: async () => {},
    getUnderlyingObject: () => null,
  };
}

/** Reads parts of a photo without loading the whole.
 * @type {import('tus-js-client').UploadOptions['fileReader']} */
export const blobReader = {
  async openFile(/** @type {Blob} */ blob) {
    return {
      size: blob.size,
      slice: async (start, end) => ({ value: blob.slice(start, end), done: end >= blob.size }),
      close: () => {},
    };
  },
};
