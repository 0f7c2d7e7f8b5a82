import { acctFileDirective, webhookHeaders, webhookUrl } from './webhook';

const place = { origin: 'https://grafana.example.com', appSubUrl: '', uid: 'pmta', node: 'mta1' };

describe('webhookUrl', () => {
  it.each([
    [{}, 'https://grafana.example.com/api/datasources/uid/pmta/resources/accounting/mta1'],
    [
      { appSubUrl: '/grafana' },
      'https://grafana.example.com/grafana/api/datasources/uid/pmta/resources/accounting/mta1',
    ],
    [
      { node: 'münchen:1' },
      'https://grafana.example.com/api/datasources/uid/pmta/resources/accounting/m%C3%BCnchen%3A1',
    ],
  ])('with %j is %s', (change, url) => expect(webhookUrl({ ...place, ...change })).toBe(url));
});

describe('acctFileDirective', () => {
  it('posts every type of record to the URL, with the file of headers that is described beside it', () => {
    const lines = acctFileDirective('https://grafana.example.com/x').split('\n');
    expect(lines[0]).toBe('<acct-file /var/spool/pmta/grafana.csv>');
    expect(lines.at(-1)).toBe('</acct-file>');
    expect(lines.map((line) => line.trim())).toEqual(
      expect.arrayContaining([
        'records d,b,t,tq,r,rb,rs,f',
        'http-webhook-url https://grafana.example.com/x',
        `http-webhook-extra-headers ${webhookHeaders.path}`,
        'http-webhook-transfer-encoding gzip',
        'http-webhook-max-interval 1m',
      ])
    );
  });
});
