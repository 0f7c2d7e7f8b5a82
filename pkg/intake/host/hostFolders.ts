import { realpath, stat } from 'node:fs/promises';
import { dirname, sep } from 'node:path';

const pmtaSpool = '/var/spool/pmta';

/**
 * The folders of PMTA on this machine, as far as they exist: its spool, and those of a node's accounting files.
 *
 * @param roots folders below which accounting may be read; of others nothing is said, as whoever may edit a data source
 *   may name any
 */
export async function hostFolders(
  globs: readonly string[],
  roots: readonly string[],
  spool: string = pmtaSpool
): Promise<string[]> {
  const allowed = await Promise.all([spool, ...roots].map(realFolder));
  const folders: string[] = [];
  for (const folder of new Set([spool, ...globs.map(folderOf)])) {
    const real = await realFolder(folder);
    if (real !== undefined && allowed.some((root) => root !== undefined && `${real}${sep}`.startsWith(root + sep))) {
      folders.push(folder);
    }
  }
  return folders;
}

async function realFolder(path: string): Promise<string | undefined> {
  try {
    const real = await realpath(path);
    return (await stat(real)).isDirectory() ? real : undefined;
  } catch {
    return undefined;
  }
}

/** The deepest folder that all files of a glob are in. */
function folderOf(glob: string): string {
  const names = glob.split('/');
  const magic = names.findIndex((name) => /[*?[{]|[!+@]\(/.test(name));
  return magic === -1 ? dirname(glob) : names.slice(0, magic).join('/') || '/';
}
