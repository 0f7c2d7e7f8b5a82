/** go-plugin's handshake as Grafana uses it: a cookie in the environment, one line on stdout. */

/** Where the plugin listens. */
export interface Address {
  network: 'unix' | 'tcp';
  /** Socket path, or host:port. */
  address: string;
}

const coreProtocol = 1;
const appProtocol = 2;

/** What to say on stderr where Grafana did not start this process; undefined where it did. */
export function notStartedByGrafana(env: NodeJS.ProcessEnv): string | undefined {
  return env.grafana_plugin_type === 'datasource'
    ? undefined
    : `This is the backend of a Grafana data source plugin. Grafana starts it by itself:
put the plugin's folder into Grafana's plugins folder and restart Grafana.
`;
}

/** Why the host that started this process cannot be served, for its log; undefined where it can. */
export function refusal(env: NodeJS.ProcessEnv): string | undefined {
  if (env.PLUGIN_CLIENT_CERT) {
    return 'The host asks for mutual TLS (PLUGIN_CLIENT_CERT is set), which this plugin does not support; turn it off in the host';
  }
  const offered = env.PLUGIN_PROTOCOL_VERSIONS;
  if (offered && !offered.split(',').map(Number).includes(appProtocol)) {
    return `The host speaks version ${offered} of the plugin protocol, this plugin version ${appProtocol}; install a version of the plugin that fits this Grafana`;
  }
  return undefined;
}

/** The line that tells the host where to connect. */
export function handshakeLine({ network, address }: Address): string {
  return [coreProtocol, appProtocol, network, address, 'grpc'].join('|') + '\n';
}
