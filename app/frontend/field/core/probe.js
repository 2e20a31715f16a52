// Whether our server answers: its own words count, not the browser's guess, nor a captive portal's page.

import { ask, readJson } from './requests.js';

/** @param {import('./types.js').Core} core
 * @returns {Promise<boolean>} */
export async function probe(core) {
  try {
    const body = await readJson(await ask(core, '/healthz'));
    return body?.status === 'ok' && body?.service === 'platskollen';
  } catch {
    return false;
  }
}
