import { config } from '@grafana/runtime';
import { screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';

import { jsonDataOf, renderEditor } from './test-editor';
import { configTestIds as ids } from './testIds';

const withMonitor = jsonDataOf({
  nodes: [{ name: 'mta1', url: 'https://mta1.example.com:8080', accounting: { files: ['/var/log/pmta/acct*.csv'] } }],
});
const withoutMonitor = jsonDataOf({ nodes: [{ name: 'mta1' }] });

describe('Pull over the monitor', () => {
  it('is switched on beside the other ways', async () => {
    const saved = renderEditor({ jsonData: withMonitor });
    expect(screen.getByText(/without deny-logs/)).toBeInTheDocument();
    await userEvent.click(screen.getByLabelText(/^Pull over the monitor/));
    expect(saved.current.jsonData.nodes?.[0]?.accounting).toEqual({
      files: ['/var/log/pmta/acct*.csv'],
      pull: true,
      receive: false,
    });
  });

  it('is not to be had without a monitor, and says so', async () => {
    renderEditor({ jsonData: withoutMonitor });
    expect(screen.getByTestId(ids.pull)).toBeDisabled();
    expect(screen.getByText(/Needs the monitor URL above/)).toBeInTheDocument();
    await userEvent.type(screen.getByTestId(ids.url), 'https://mta1.example.com:8080');
    expect(screen.getByTestId(ids.pull)).toBeEnabled();
  });

  it('can be switched off when the monitor is gone, and asks for that', async () => {
    const saved = renderEditor({ jsonData: jsonDataOf({ nodes: [{ name: 'mta1', accounting: { pull: true } }] }) });
    expect(screen.getByText(/There is no monitor to pull from/)).toBeInTheDocument();
    await userEvent.click(screen.getByTestId(ids.pull));
    expect(saved.current.jsonData.nodes?.[0]?.accounting.pull).toBe(false);
    expect(screen.queryByText(/There is no monitor to pull from/)).not.toBeInTheDocument();
    expect(screen.getByTestId(ids.pull)).toBeDisabled();
  });
});

describe('Receive', () => {
  const originalSubUrl = config.appSubUrl;
  afterEach(() => {
    config.appSubUrl = originalSubUrl;
  });

  it('shows what to paste once it is on, with the address of this Grafana, data source and node', async () => {
    config.appSubUrl = '/grafana';
    const saved = renderEditor({
      uid: 'a1b2',
      jsonData: jsonDataOf({ nodes: [{ name: 'mta:1' }] }),
    });
    expect(screen.queryByTestId(ids.acctFile)).not.toBeInTheDocument();
    await userEvent.click(screen.getByLabelText(/^Receive/));

    expect(saved.current.jsonData.nodes?.[0]?.accounting).toEqual({ files: [], pull: false, receive: true });
    expect(screen.getByTestId(ids.acctFile)).toHaveTextContent(
      `http-webhook-url ${window.location.origin}/grafana/api/datasources/uid/a1b2/resources/accounting/mta%3A1`
    );
    expect(screen.getByTestId(ids.webhookHeaders)).toHaveTextContent(/^Authorization: Bearer </);
  });

  it('copies each of the two texts', async () => {
    const user = userEvent.setup();
    Object.defineProperty(window, 'isSecureContext', { configurable: true, value: true });
    renderEditor({ jsonData: jsonDataOf({ nodes: [{ name: 'mta1', accounting: { receive: true } }] }) });

    await user.click(screen.getByRole('button', { name: /^Copy PMTA's acct-file/ }));
    await screen.findByText('Copied');
    await expect(navigator.clipboard.readText()).resolves.toMatch(/^<acct-file [^]+<\/acct-file>$/);
    await user.click(screen.getByRole('button', { name: /^Copy PMTA's file of headers/ }));
    await waitFor(() => expect(screen.getAllByText('Copied')).toHaveLength(2));
    await expect(navigator.clipboard.readText()).resolves.toMatch(/^Authorization: Bearer </);
  });

  it('says why there is nothing to paste before the data source is saved', () => {
    renderEditor({ uid: '', jsonData: jsonDataOf({ nodes: [{ name: 'mta1', accounting: { receive: true } }] }) });
    expect(screen.getByText(/Save the data source first/)).toBeInTheDocument();
    expect(screen.queryByTestId(ids.acctFile)).not.toBeInTheDocument();
  });
});
