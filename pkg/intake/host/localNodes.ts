import { isLocal, type Machine } from '../../host/isLocal.ts';
import type { NodeSettings } from '../../settings/model.ts';

/**
 * The nodes that are this very machine, on which pmtad runs. One without a monitor URL is where no other can be meant:
 * it is the only such node, and none is here by its URL.
 */
export async function localNodes<N extends Pick<NodeSettings, 'url'>>(
  nodes: readonly N[],
  machine: Machine
): Promise<N[]> {
  const isHere = await Promise.all(nodes.map(({ url }) => url !== '' && isLocal(url, true, machine)));
  const here = nodes.filter((_, index) => isHere[index]);
  const withoutUrl = nodes.filter(({ url }) => url === '');
  return here.length === 0 && withoutUrl.length === 1 ? withoutUrl : here;
}
