import { screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';

import { jsonDataOf, renderEditor } from './test-editor';
import { configTestIds as ids } from './testIds';

const server = jsonDataOf({ store: { kind: 'clickhouse', url: 'https://clickhouse.example.com:8443' } });

function kind(name: RegExp) {
  return within(screen.getByTestId(ids.storeKind)).getByRole('radio', { name });
}

describe('Store', () => {
  it('is embedded unless another is chosen, and says that nothing moves', () => {
    renderEditor();
    expect(kind(/^Embedded/)).toBeChecked();
    expect(screen.queryByTestId(ids.storeUrl)).not.toBeInTheDocument();
    expect(screen.getByText(/does not move what is stored/)).toBeInTheDocument();
    expect(screen.getByText(/needs disk in data_path/)).toBeInTheDocument();
  });

  it('takes a ClickHouse server with its users and certificate', async () => {
    const saved = renderEditor({ jsonData: jsonDataOf({ pollSeconds: 5 }) });
    await userEvent.click(kind(/^ClickHouse/));
    await userEvent.type(screen.getByLabelText(/^Server URL/), 'https://clickhouse.example.com:8443');
    await userEvent.clear(screen.getByLabelText(/^Database/));
    await userEvent.type(screen.getByLabelText(/^Database/), 'mail');
    await userEvent.type(screen.getByLabelText(/^Password/), 'write');
    await userEvent.type(screen.getByLabelText(/^Query user/), 'reader');
    await userEvent.type(screen.getByLabelText(/^Query password/), 'read');
    await userEvent.type(screen.getByLabelText(/^Cluster/), 'main');
    await userEvent.click(screen.getByLabelText(/^Skip TLS verification/));

    expect(saved.current.jsonData).toEqual({
      pollSeconds: 5,
      store: {
        kind: 'clickhouse',
        url: 'https://clickhouse.example.com:8443',
        database: 'mail',
        username: 'pmta',
        queryUsername: 'reader',
        cluster: 'main',
        tlsSkipVerify: true,
        tlsCaCert: '',
      },
    });
    expect(saved.current.secureJsonData).toEqual({ storePassword: 'write', storeQueryPassword: 'read' });
    expect(screen.getByText(/needs disk on the ClickHouse server/)).toBeInTheDocument();
  });

  it('goes back to the embedded one without leftovers, and remembers the server meanwhile', async () => {
    const saved = renderEditor({ jsonData: server, secureJsonFields: { storePassword: true } });
    await userEvent.click(kind(/^Embedded/));
    expect(saved.current.jsonData.store).toEqual({ kind: 'embedded' });
    await userEvent.click(kind(/^ClickHouse/));
    expect(saved.current.jsonData.store).toMatchObject({ url: 'https://clickhouse.example.com:8443' });
    expect(saved.current.secureJsonFields).toEqual({ storePassword: true });
  });

  it('never shows a stored password, and forgets it on reset', async () => {
    const saved = renderEditor({ jsonData: server, secureJsonFields: { storePassword: true } });
    const password = screen.getByTestId(ids.storePassword);
    expect(password).toBeDisabled();
    expect(password).toHaveValue('configured');
    await userEvent.click(screen.getByRole('button', { name: /Reset/ }));
    expect(saved.current.secureJsonData).toEqual({ storePassword: '' });
    expect(screen.getByTestId(ids.storePassword)).toBeEnabled();
    expect(screen.getByTestId(ids.storePassword)).toHaveAttribute('type', 'password');
  });

  it('asks for a query password only with a query user', async () => {
    renderEditor({ jsonData: server });
    expect(screen.queryByTestId(ids.storeQueryPassword)).not.toBeInTheDocument();
    await userEvent.type(screen.getByLabelText(/^Query user/), 'r');
    expect(screen.getByTestId(ids.storeQueryPassword)).toBeEnabled();
  });

  it('says beside the field what is wrong', async () => {
    renderEditor({ jsonData: jsonDataOf({ store: { kind: 'clickhouse' } }) });
    expect(screen.getByText(/^Give the address of the server/)).toBeInTheDocument();
    await userEvent.type(screen.getByLabelText(/^Server URL/), 'https://me:pw@clickhouse');
    expect(screen.getByText(/^The URL holds a user or password/)).toBeInTheDocument();
    await userEvent.type(screen.getByLabelText(/^Database/), '-2');
    await userEvent.type(screen.getByLabelText(/^Cluster/), '2');
    expect(screen.getAllByText(/^The name must begin with a letter/)).toHaveLength(2);
    await userEvent.type(screen.getByLabelText(/^CA certificate/), 'MIIB');
    expect(screen.getByText(/^Paste the certificate in PEM form/)).toBeInTheDocument();
  });
});
