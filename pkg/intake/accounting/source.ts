import { createHash } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';

import { type Header, HeaderError, parseHeader } from '../../pmta/accounting/header.ts';
import { wholeRecords } from '../../pmta/accounting/records.ts';

/** What a file's beginning says about it. */
export interface Source {
  /** Survives renames and moves; differs for a file that took over an inode or was written anew in place. */
  identity: string;
  header: Header;
  /** Where the first record begins. */
  dataStart: number;
}

const headBytes = 256 * 1024;

/**
 * Reads a file's header and identity; undefined while its first record is not complete. All accounting files of a PMTA
 * begin with the same line, so identity is the inode and a hash of the first record. (The device's number is left out:
 * it changes when a machine restarts with its disks in another order, and a month of files would count twice.)
 */
export async function readSource(file: FileHandle, inode: number): Promise<Source | undefined> {
  const buffer = Buffer.alloc(headBytes);
  const { bytesRead } = await file.read(buffer, 0, headBytes, 0);
  const head = buffer.subarray(0, bytesRead);
  const dataStart = wholeRecords(head, 1).end;
  if (dataStart === 0) {
    if (bytesRead === headBytes) {
      throw new HeaderError('the first line is longer than 256 KiB, so it is not the header of an accounting file');
    }
    return undefined;
  }
  const header = parseHeader(head.toString('utf8', 0, dataStart));
  const first = wholeRecords(head.subarray(dataStart), 1).end;
  if (first === 0 && bytesRead < headBytes) {
    return undefined;
  }
  const record = first === 0 ? head.subarray(dataStart) : head.subarray(dataStart, dataStart + first);
  const hash = createHash('sha256').update(record).digest('hex').slice(0, 24);
  return { identity: `${inode}-${hash}`, header, dataStart };
}
