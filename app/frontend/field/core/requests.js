// Asks the server, and tells apart the ways in which that can fail.

/** @typedef {import('./types.js').Core} Core */
/** @typedef {import('./types.js').Fault} Fault */

/** Long enough for a slow link, short enough that a dead one is noticed, milliseconds. */
const PATIENCE_MS = 45_000;

/** offline: no answer, or one that is not ours (a captive portal); signed-out: 401; busy: ours, but not now (5xx, 408, 429);
 * refused: this request will never be taken.
 * @typedef {'offline' | 'signed-out' | 'busy' | 'refused'} FailureKind */

/** A request that did not get what it asked for. */
export class RequestError extends Error {
  name = 'RequestError';

  /** @param {FailureKind} kind
   * @param {number} status 0 where there was no answer
   * @param {Fault} fault
   * @param {number} [retryAfterMs] */
  constructor(kind, status, fault, retryAfterMs = 0) {
    super(fault.message);
    this.kind = kind;
    this.status = status;
    this.fault = fault;
    this.retryAfterMs = retryAfterMs;
  }
}

/** @param {unknown} error
 * @returns {RequestError} no answer at all, as far as we know */
export function asRequestError(error) {
  if (error instanceof RequestError) return error;
  const message = error instanceof Error ? error.message : String(error);
  return new RequestError('offline', 0, { code: 'offline', message });
}

/** @param {Core} core
 * @param {string} path
 * @param {{ method?: string, body?: string, headers?: Record<string, string> }} [options]
 * @returns {Promise<Response>} 2xx or 304; raises RequestError for everything else */
export async function ask(core, path, options = {}) {
  let answer;
  try {
    answer = await core.fetch(core.base + path, {
      ...options,
      cache: 'no-store',
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
  } catch (error) {
    throw asRequestError(error);
  }
  if (answer.ok || answer.status === 304) return answer;
  throw await failure(
    answer.status,
    (header) => answer.headers.get(header),
    () => answer.text(),
  );
}

/** @param {Response} answer
 * @returns {Promise<any>} raises RequestError where the body is cut off or not ours */
export async function readJson(answer) {
  try {
    return await answer.json();
  } catch (error) {
    throw asRequestError(error);
  }
}

/** @param {number} status
 * @param {(header: string) => string | null | undefined} header
 * @param {() => Promise<string>} body
 * @returns {Promise<RequestError>} */
export async function failure(status, header, body) {
  /** @type {{ code?: string, title?: string, detail?: string } | null} */
  let problem = null;
  try {
    problem = JSON.parse(await body());
  } catch {
    // Not one of our problems, or cut off.
  }
  const code = problem?.code ?? `http_${status}`;
  const message = problem?.detail ?? problem?.title ?? `HTTP ${status}`;
  return new RequestError(kindOf(status, problem?.code), status, { code, message }, waitOf(header('Retry-After')));
}

/** @param {number} status
 * @param {string | undefined} code
 * @returns {FailureKind} */
function kindOf(status, code) {
  if (status === 401) return 'signed-out';
  if (status >= 500 || status === 408 || status === 425 || status === 429) return 'busy';
  // Without a problem of ours in it, a refusal is some proxy's or portal's, and says nothing of what was sent.
  return code === undefined || code === 'foreign_origin' ? 'busy' : 'refused';
}

/** @param {string | null | undefined} header seconds; dates are left to the backoff
 * @returns {number} milliseconds */
function waitOf(header) {
  const seconds = Number(header ?? 0);
  return Number.isFinite(seconds) ? seconds * 1000 : 0;
}
