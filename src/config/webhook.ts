/** What PMTA's configuration needs so that it posts the accounting of a node to the data source. */

interface Place {
  /** Scheme, host and port of Grafana. */
  origin: string;
  /** Path below which Grafana is served; empty or with a slash in front. */
  appSubUrl: string;
  /** Of the data source. */
  uid: string;
  /** Name of the node. */
  node: string;
}

export function webhookUrl({ origin, appSubUrl, uid, node }: Place): string {
  return `${origin}${appSubUrl}/api/datasources/uid/${encodeURIComponent(uid)}/resources/accounting/${encodeURIComponent(node)}`;
}

const headersPath = '/etc/pmta/grafana-headers';

/** For PMTA's configuration. Without `records` PMTA writes `d` and `b` only. */
export function acctFileDirective(url: string): string {
  return `<acct-file /var/spool/pmta/grafana.csv>
    records d,b,t,tq,r,rb,rs,f
    http-webhook-url ${url}
    http-webhook-extra-headers ${headersPath}
    http-webhook-transfer-encoding gzip
    http-webhook-max-interval 1m
    http-webhook-io-timeout 1m
</acct-file>`;
}

/** The file that the directive names, and its content. */
export const webhookHeaders = {
  path: headersPath,
  content: 'Authorization: Bearer <token of a service account with the role Editor>',
};
