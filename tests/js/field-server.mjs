// A server for the field app's tests that keeps the protocol, in this process, and fails on demand.
//
// `violations` lists what a phone must never do: send the same id with another body, two operations on one object in
// one request, an operation before what it builds upon, two requests at a time.

import { createHash, randomUUID } from 'node:crypto';

const UNIT_OF = { lon: 'position', lat: 'position', accuracy_m: 'position', place_words: 'position', item: 'category' };

/** @typedef {'pass' | 'lose-request' | 'lose-answer' | 'double' | 'busy' | 'portal' | 'hang'} Fate */

const sha = (/** @type {Uint8Array | string} */ bytes) => createHash('sha256').update(bytes).digest('hex');

/** @param {number} status
 * @param {unknown} body
 * @param {Record<string, string>} [headers] */
const json = (status, body, headers = {}) =>
  new Response(JSON.stringify(body), { status, headers: { 'Content-Type': 'application/json', ...headers } });
const problem = (/** @type {number} */ status, /** @type {string} */ code) => json(status, { code, title: code });

export class FieldServer {
  /** @type {string | null} */
  user = 'anna';
  /** @type {(request: { method: string, path: string, body: any }) => Fate} */
  decide = () => 'pass';
  /** @type {(operation: any) => any} an outcome to give instead, if any */
  judge = () => null;
  /** @type {Map<string, { body: string, result: any }>} */
  operations = new Map();
  /** @type {Map<string, any>} */
  walks = new Map();
  /** @type {Map<string, { version: number, units: Record<string, number>, data: any, actor: string }>} */
  findings = new Map();
  /** @type {Map<string, { finding: string, walk: string, sha256: string }>} */
  expected = new Map();
  /** @type {Map<string, Uint8Array>} by finding and hash */
  photos = new Map();
  /** @type {Map<string, { finding: string, sha256: string, length: number, bytes: Buffer }>} */
  uploads = new Map();
  /** @type {any} */
  bundle = null;
  /** @type {string[]} */
  violations = [];
  /** @type {{ method: string, path: string, body: any }[]} */
  requests = [];
  #under_way = 0;

  /** @type {typeof globalThis.fetch} */
  fetch = async (input, init = {}) => {
    const path = new URL(String(input)).pathname;
    const method = init.method ?? 'GET';
    const body = init.body instanceof Blob ? Buffer.from(await init.body.arrayBuffer()) : (init.body ?? null);
    const headers = new Headers(init.headers);
    const request = { method, path, body };
    this.requests.push(request);
    if (this.#under_way > 0) this.violations.push(`two requests at a time: ${path}`);
    this.#under_way += 1;
    try {
      await new Promise((resolve) => setImmediate(resolve));
      const fate = this.decide(request);
      if (fate === 'hang') {
        this.#under_way -= 1;
        await new Promise(() => {});
      }
      if (fate === 'lose-request') throw new TypeError('Failed to fetch');
      if (fate === 'busy') return json(503, {});
      if (fate === 'portal') return new Response('<html>Welcome to FreeWifi</html>', { status: 200 });
      const answer = this.#answer(method, path, headers, body);
      if (fate === 'lose-answer') throw new TypeError('Failed to fetch');
      return fate === 'double' ? this.#answer(method, path, headers, body) : answer;
    } finally {
      this.#under_way -= 1;
    }
  };

  /** @returns {Response}
   * @param {string} method
   * @param {string} path
   * @param {Headers} headers
   * @param {any} body */
  #answer(method, path, headers, body) {
    if (path === '/healthz') return json(200, { status: 'ok', service: 'platskollen' });
    if (!this.user) return problem(401, 'signed_out');
    if (path === '/api/v1/me') return this.#me(headers);
    if (path === '/api/v1/sync') return this.#sync(JSON.parse(body));
    if (path.startsWith('/api/v1/uploads')) return this.#upload(method, path, headers, body);
    const walk = path.match(/walks\/(.*)\/(receipt|bundle)$/);
    if (walk?.[2] === 'receipt') return this.#receipt(walk[1] ?? '');
    if (path.endsWith('/bundle') && this.bundle) return json(200, this.bundle, { ETag: '"1"' });
    return problem(404, 'not_found');
  }

  /** @param {Headers} headers */
  #me(headers) {
    const etag = `"${this.user}"`;
    if (headers.get('If-None-Match') === etag) return new Response(null, { status: 304, headers: { ETag: etag } });
    const sites = [{ slug: 'kista-centrum', name: 'Kista centrum' }];
    return json(200, { user_id: this.user, language: 'sv', roles: ['field'], sites, walks: [] }, { ETag: etag });
  }

  /** @param {{ operations: any[], sent_at: string }} body */
  #sync({ operations }) {
    const objects = operations.map((operation) => operation.object_id);
    if (new Set(objects).size < objects.length) this.violations.push('two operations on one object');
    return json(200, { server_time: '', results: operations.map((operation) => this.#take(operation)) });
  }

  /** @param {any} operation */
  #take(operation) {
    const body = JSON.stringify(operation);
    const known = this.operations.get(operation.id);
    if (known && known.body !== body) {
      this.violations.push(`another body for ${operation.type} ${operation.id}`);
      return rejected(operation, 'id_used_again');
    }
    if (known) return { ...known.result, outcome: 'duplicate', original: known.result.outcome };
    const result = this.judge(operation) ?? this.#apply(operation);
    if (result.errors?.[0]?.code !== 'unexpected') this.operations.set(operation.id, { body, result });
    return result;
  }

  /** @param {any} operation */
  #apply(operation) {
    const { type, object_id, data, base_version } = operation;
    if (operation.actor && operation.actor !== this.user) return rejected(operation, 'foreign_actor');
    if (type.startsWith('walk.')) {
      if (type !== 'walk.start' && !this.walks.has(object_id)) return this.#early(operation);
      const walk = this.walks.get(object_id) ?? { version: 0, state: 'ongoing' };
      const state = type === 'walk.finish' ? 'finished' : walk.state;
      this.walks.set(object_id, { ...walk, ...data, state, version: walk.version + 1 });
      return applied(operation, walk.version + 1);
    }
    const found = this.findings.get(object_id);
    if (type === 'finding.report') {
      if (!this.walks.has(data.walk_id)) return this.#early(operation);
      if (found) return rejected(operation, 'exists');
      this.findings.set(object_id, { version: 1, units: {}, data, actor: operation.actor });
      this.#expect(object_id, data.walk_id, data.photos ?? []);
      return applied(operation, 1);
    }
    if (!found) return this.#early(operation);
    if (type === 'finding.recheck') {
      this.#expect(object_id, data.walk_id, data.photos ?? []);
      return applied(operation, found.version);
    }
    if (type === 'finding.withdraw') {
      found.version += 1;
      found.data = { ...found.data, withdrawn: true };
      return applied(operation, found.version);
    }
    return this.#update(operation, found, base_version);
  }

  /** @param {any} operation
   * @param {any} found
   * @param {number} base */
  #update(operation, found, base) {
    const { photos, ...fields } = operation.data;
    const current = { ...found.data, version: found.version };
    let disputed = false;
    const version = found.version + 1;
    for (const [field, value] of Object.entries(fields)) {
      const unit = UNIT_OF[/** @type {keyof typeof UNIT_OF} */ (field)] ?? field;
      if (found.data[field] === value) continue;
      if (base < (found.units[unit] ?? 1)) disputed = true;
      else {
        found.data = { ...found.data, [field]: value };
        found.units[unit] = version;
        found.version = version;
      }
    }
    this.#expect(operation.object_id, found.data.walk_id, photos ?? []);
    if (!disputed) return applied(operation, found.version);
    return { ...applied(operation, found.version), outcome: 'conflict', current };
  }

  /** @param {any} operation */
  #early(operation) {
    this.violations.push(`${operation.type} before what it builds upon`);
    return rejected(operation, 'unknown');
  }

  /** @param {string} finding
   * @param {string} walk
   * @param {string[]} hashes */
  #expect(finding, walk, hashes) {
    for (const sha256 of hashes) this.expected.set(`${finding}:${sha256}`, { finding, walk, sha256 });
  }

  /** @param {string} walk */
  #receipt(walk) {
    const all = [...this.expected.entries()].filter(([, each]) => each.walk === walk);
    const missing = all.filter(([key]) => !this.photos.has(key)).map(([, each]) => each.sha256);
    const counts = { photos_expected: all.length, photos_received: all.length - missing.length };
    return json(200, { findings: this.findings.size, ...counts, missing });
  }

  /** @param {string} method
   * @param {string} path
   * @param {Headers} headers
   * @param {Buffer | null} body */
  #upload(method, path, headers, body) {
    const id = path.split('/')[4];
    if (method === 'POST') {
      const metadata = Object.fromEntries(
        (headers.get('Upload-Metadata') ?? '').split(',').map((pair) => {
          const [name, value] = pair.split(' ');
          return [name, Buffer.from(value ?? '', 'base64').toString()];
        }),
      );
      if (!this.findings.has(metadata.finding_id)) {
        this.violations.push('a photo before its finding');
        return problem(404, 'not_found');
      }
      const fresh = randomUUID();
      const length = Number(headers.get('Upload-Length'));
      const { finding_id: finding, sha256 } = metadata;
      this.uploads.set(fresh, { finding, sha256, length, bytes: body ?? Buffer.alloc(0) });
      return this.#progress(fresh, 201, { Location: `/api/v1/uploads/${fresh}` });
    }
    const upload = this.uploads.get(id ?? '');
    if (!id || !upload) return method === 'HEAD' ? new Response(null, { status: 404 }) : problem(404, 'not_found');
    if (method === 'PATCH') {
      if (Number(headers.get('Upload-Offset')) !== upload.bytes.length) return problem(409, 'wrong_offset');
      upload.bytes = Buffer.concat([upload.bytes, body ?? Buffer.alloc(0)]);
    }
    return this.#progress(id, method === 'HEAD' ? 200 : 204, { 'Upload-Length': String(upload.length) });
  }

  /** @param {string} id
   * @param {number} status
   * @param {Record<string, string>} headers */
  #progress(id, status, headers) {
    const upload = this.uploads.get(id);
    if (!upload) throw new Error(id);
    const all = { ...headers, 'Upload-Offset': String(upload.bytes.length) };
    if (upload.bytes.length < upload.length) return new Response(null, { status, headers: all });
    if (sha(upload.bytes) !== upload.sha256) {
      this.uploads.delete(id);
      return problem(422, 'hash_mismatch');
    }
    this.photos.set(`${upload.finding}:${upload.sha256}`, upload.bytes);
    return new Response(null, { status, headers: { ...all, 'Upload-Complete': '?1' } });
  }
}

/** @param {any} operation
 * @param {number} version */
function applied({ id }, version) {
  return { id, outcome: 'applied', version, errors: [], current: null };
}

/** @param {any} operation
 * @param {string} code */
export function rejected({ id }, code) {
  return { id, outcome: 'rejected', version: null, errors: [{ field: '', code, message: code }], current: null };
}
