// Finds the files in a ZIP by its directory, so that a photo is a slice of the file on disk and not bytes in memory.
// (Reading it as a stream would have to guess where a photo ends.) Format: APPNOTE.TXT 6.3, sections 4.3.7 to 4.3.16.

import { inflateSync } from 'fflate';

const END = 0x06054b50;
const ENTRY = 0x02014b50;
const END_BYTES = 22;
const LONGEST_COMMENT = 65_535;

/** The file is not one that this app, or a packer that has repacked it, has written. */
export class NotAnArchiveError extends Error {
  name = 'NotAnArchiveError';
  code = 'not_an_archive';
}

/** @typedef {{ name: string, method: number, bytes: number, at: number }} Entry bytes: as packed; at: of its local header */

/** @param {Blob} file
 * @returns {Promise<Map<string, Entry>>} raises NotAnArchiveError */
export async function readEntries(file) {
  const tailAt = Math.max(0, file.size - END_BYTES - LONGEST_COMMENT);
  const tail = new DataView(await file.slice(tailAt).arrayBuffer());
  let end = tail.byteLength - END_BYTES;
  while (end >= 0 && tail.getUint32(end, true) !== END) end -= 1;
  if (end < 0) throw new NotAnArchiveError('The file is not a ZIP file');
  const [count, length, start] = [
    tail.getUint16(end + 10, true),
    tail.getUint32(end + 12, true),
    tail.getUint32(end + 16, true),
  ];
  const view = new DataView(await file.slice(start, start + length).arrayBuffer());
  /** @type {Map<string, Entry>} */
  const entries = new Map();
  let at = 0;
  for (let number = 0; number < count; number += 1) {
    if (at + 46 > view.byteLength || view.getUint32(at, true) !== ENTRY) {
      throw new NotAnArchiveError('The directory of the ZIP file is damaged');
    }
    const nameLength = view.getUint16(at + 28, true);
    const name = new TextDecoder().decode(new Uint8Array(view.buffer, at + 46, nameLength));
    entries.set(name, {
      name,
      method: view.getUint16(at + 10, true),
      bytes: view.getUint32(at + 20, true),
      at: view.getUint32(at + 42, true),
    });
    at += 46 + nameLength + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
  }
  return entries;
}

/** @param {Blob} file
 * @param {Entry} entry
 * @param {string} type of the Blob that comes out
 * @returns {Promise<Blob>} raises NotAnArchiveError */
export async function openEntry(file, entry, type) {
  const head = new DataView(await file.slice(entry.at, entry.at + 30).arrayBuffer());
  if (head.byteLength < 30) throw new NotAnArchiveError('The ZIP file is cut off');
  const start = entry.at + 30 + head.getUint16(26, true) + head.getUint16(28, true);
  const packed = file.slice(start, start + entry.bytes, type);
  if (packed.size < entry.bytes) throw new NotAnArchiveError('The ZIP file is cut off');
  if (entry.method === 0) return packed;
  if (entry.method !== 8) throw new NotAnArchiveError('The ZIP file is packed in a way that is not known here');
  return new Blob([inflateSync(new Uint8Array(await packed.arrayBuffer()))], { type });
}
