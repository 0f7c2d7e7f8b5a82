/** Changes of the data source's settings, as pure steps: each keeps `apiKey.<node>` in line with the nodes' names. */
import { type DataSourceSettings as GrafanaSettings } from '@grafana/data';

import {
  type AccountingSettings,
  apiKeyOf,
  defaultNode,
  defaultSettings,
  type NodeSettings,
} from '../../pkg/settings/model.ts';
import { type PmtaOptions, type PmtaSecrets } from '../types';

export type Settings = GrafanaSettings<PmtaOptions, PmtaSecrets>;

/** Nodes with every setting filled in, since provisioning may leave any out. */
export function nodesOf(settings: Settings): NodeSettings[] {
  return (settings.jsonData.nodes ?? defaultSettings.nodes).map((node) => ({
    ...defaultNode,
    ...node,
    accounting: { ...defaultNode.accounting, ...node.accounting },
  }));
}

export function addNode(settings: Settings): Settings {
  const nodes = nodesOf(settings);
  const names = new Set(nodes.map(({ name }) => name));
  let number = nodes.length + 1;
  while (names.has(`mta${number}`)) {
    number += 1;
  }
  return withNodes(settings, [...nodes, { ...defaultNode, name: `mta${number}` }]);
}

/** Also drops the node's API key, which nothing would use or show any more. */
export function removeNode(settings: Settings, index: number): Settings {
  const nodes = nodesOf(settings);
  const removed = nodes[index];
  const rest = withNodes(
    settings,
    nodes.filter((_, position) => position !== index)
  );
  return removed ? withoutSecret(rest, apiKeyOf(removed.name)) : rest;
}

/** Any change but that of the name. */
export function changeNode(settings: Settings, index: number, change: Omit<Partial<NodeSettings>, 'name'>): Settings {
  return withNodes(
    settings,
    nodesOf(settings).map((node, position) => (position === index ? { ...node, ...change } : node))
  );
}

export function changeAccounting(settings: Settings, index: number, change: Partial<AccountingSettings>): Settings {
  return withNodes(
    settings,
    nodesOf(settings).map((node, position) =>
      position === index ? { ...node, accounting: { ...node.accounting, ...change } } : node
    )
  );
}

/**
 * Renames a node. A key that was typed just now moves along; a stored one cannot, because the browser never sees it:
 * it is dropped, and the field asks for it again.
 */
export function renameNode(settings: Settings, index: number, name: string): Settings {
  const nodes = nodesOf(settings);
  const oldName = nodes[index]?.name;
  if (oldName === undefined || oldName === name) {
    return settings;
  }
  const typed = settings.secureJsonData?.[apiKeyOf(oldName)];
  const renamed = withoutSecret(
    withNodes(
      settings,
      nodes.map((node, position) => (position === index ? { ...node, name } : node))
    ),
    apiKeyOf(oldName)
  );
  return typed ? withSecret(renamed, apiKeyOf(name), typed) : renamed;
}

function withNodes(settings: Settings, nodes: NodeSettings[]): Settings {
  return { ...settings, jsonData: { ...settings.jsonData, nodes } };
}

/** `key` is one of `secureJsonData`. */
export function withSecret(settings: Settings, key: string, value: string): Settings {
  return { ...settings, secureJsonData: { ...settings.secureJsonData, [key]: value } };
}

/** Grafana keeps a stored secret that is absent from `secureJsonData`; only an empty text overwrites it. */
export function withoutSecret(settings: Settings, key: string): Settings {
  return {
    ...settings,
    secureJsonData: { ...settings.secureJsonData, [key]: '' },
    secureJsonFields: { ...settings.secureJsonFields, [key]: false },
  };
}
