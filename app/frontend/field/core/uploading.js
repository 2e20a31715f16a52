// Sends the bytes of one photo, and goes on where an earlier try broke off (tus).

import { Upload } from 'tus-js-client';
import { asRequestError, failure } from './requests.js';
import { blobReader, fetchStack } from './tus-requests.js';

/** @typedef {import('./types.js').Core} Core */
/** @typedef {import('./types.js').Photo} Photo */

/** Up to here a photo goes in the request that announces it, which saves a round trip. */
const WHOLE_BYTES = 1_000_000;
const PART_BYTES = 512 * 1024;
/** After failures the parts are small enough for a link that keeps breaking. */
const SMALL_PART_BYTES = 128 * 1024;

/** @param {Core} core
 * @param {Photo} photo
 * @param {Blob} blob
 * @param {{ onUrl: (url: string) => void, onProgress: (part: number) => void }} told
 * @returns {Promise<boolean>} whether the server says that it has the whole; raises RequestError */
export function upload(core, photo, blob, { onUrl, onProgress }) {
  return new Promise((resolve, reject) => {
    const sending = new Upload(blob, {
      endpoint: `${core.base}/api/v1/uploads`,
      uploadUrl: photo.upload_url,
      metadata: metadataOf(photo),
      chunkSize: partBytes(photo, blob),
      uploadDataDuringCreation: true,
      storeFingerprintForResuming: false,
      retryDelays: null,
      httpStack: fetchStack(core),
      fileReader: blobReader,
      onUploadUrlAvailable: () => {
        if (sending.url) onUrl(sending.url);
      },
      onProgress: (sent, total) => onProgress(total > 0 ? sent / total : 0),
      onSuccess: ({ lastResponse }) => resolve(lastResponse.getHeader('Upload-Complete') === '?1'),
      onError: (error) => void fail(error).then(reject),
    });
    sending.start();
  });
}

/** @param {Photo} photo
 * @param {Blob} blob */
function partBytes(photo, blob) {
  if (photo.attempts > 2) return SMALL_PART_BYTES;
  return blob.size <= WHOLE_BYTES ? WHOLE_BYTES : PART_BYTES;
}

/** @param {Photo} photo
 * @returns {Record<string, string>} */
function metadataOf(photo) {
  const { finding_id, sha256, taken_at, lon, lat, accuracy_m } = photo;
  const given = Object.entries({ finding_id, sha256, taken_at, lon, lat, accuracy_m });
  return Object.fromEntries(given.filter(([, value]) => value !== null).map(([name, value]) => [name, String(value)]));
}

/** @param {Error | import('tus-js-client').DetailedError} error */
async function fail(error) {
  const answer = 'originalResponse' in error ? error.originalResponse : null;
  if (!answer) return asRequestError('causingError' in error ? (error.causingError ?? error) : error);
  if (answer.getStatus() < 300) return asRequestError(new Error('This is not the answer of our server'));
  return failure(
    answer.getStatus(),
    (name) => answer.getHeader(name),
    async () => answer.getBody(),
  );
}
