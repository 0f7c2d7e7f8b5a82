const maxNameBytes = 255;

/**
 * Whether a name may be asked for: that of a file in a folder, and nothing else. PMTA is not trusted to look after
 * itself here, since some of its versions let a path leave the folder.
 */
export function isPlainFileName(name: string): boolean {
  return (
    name !== '' &&
    !/[/\\\p{Cc}]/u.test(name) &&
    !name.includes('..') &&
    name !== '.' &&
    Buffer.byteLength(name) <= maxNameBytes
  );
}
