// Takes a walk along; one that was started here and has not reached the server yet, by its site.

/** @typedef {{ done: number, total: number, bytes: number }} Progress */

/** @param {any} field
 * @param {string} id of the walk
 * @param {(progress: Progress) => void} [onProgress]
 * @returns {Promise<{ bytes: number, missing: number }>} */
export async function takeAlong(field, id, onProgress) {
  try {
    return await field.takeAlong(id, onProgress);
  } catch (error) {
    const unknown = error instanceof Error && 'status' in error && error.status === 404;
    const walk = (await field.walks()).find((/** @type {{ id: string }} */ one) => one.id === id);
    if (!unknown || !walk?.slug) throw error;
    return field.takeAlong({ slug: walk.slug }, onProgress);
  }
}
