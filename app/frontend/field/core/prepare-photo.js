// Turns a photo upright, scales it and encodes it anew, which leaves its EXIF behind; and hashes bytes.

/** Longest side that is kept, pixels. */
export const MAX_SIDE = 2048;
const QUALITY = 0.82;

/** @param {Blob} blob
 * @returns {Promise<Blob>} JPEG; raises where the browser cannot decode it */
export async function preparePhoto(blob) {
  const upright = await createImageBitmap(blob, { imageOrientation: 'from-image' });
  try {
    const [width, height] = fit(upright.width, upright.height);
    const canvas = new OffscreenCanvas(width, height);
    const context = canvas.getContext('2d');
    if (!context) throw new Error('No canvas');
    context.imageSmoothingQuality = 'high';
    context.drawImage(upright, 0, 0, width, height);
    return await canvas.convertToBlob({ type: 'image/jpeg', quality: QUALITY });
  } finally {
    upright.close();
  }
}

/** @param {number} width
 * @param {number} height
 * @returns {[number, number]} never larger than it was */
export function fit(width, height) {
  const scale = Math.min(1, MAX_SIDE / Math.max(width, height));
  return [Math.max(1, Math.round(width * scale)), Math.max(1, Math.round(height * scale))];
}

/** @param {Blob} blob
 * @returns {Promise<string>} SHA-256, 64 hexadecimal digits */
export async function hashOf(blob) {
  const digest = await crypto.subtle.digest('SHA-256', await blob.arrayBuffer());
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
