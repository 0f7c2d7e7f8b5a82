import { screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';

import { type Settings } from './settings';
import { jsonDataOf, renderEditor } from './test-editor';
import { configTestIds as ids } from './testIds';

const twoNodes: Partial<Settings> = {
  jsonData: jsonDataOf({
    nodes: [
      { name: 'mta1', url: 'https://mta1.example.com:8080' },
      { name: 'mta2', url: '' },
    ],
  }),
  secureJsonFields: { 'apiKey.mta1': true },
};

function card(index: number) {
  const found = screen.getAllByTestId(ids.node)[index];
  if (!found) {
    throw new Error(`no card ${index}`);
  }
  return within(found);
}

describe('ConfigEditor', () => {
  it('adds a node and fills it in', async () => {
    const saved = renderEditor();
    await userEvent.click(screen.getByTestId(ids.addNode));
    await userEvent.type(screen.getByLabelText(/^Monitor URL/), 'https://mta1.example.com:8080');
    await userEvent.type(screen.getByLabelText(/^API key/), 'secret');
    await userEvent.type(
      screen.getByLabelText(/^Accounting files/),
      '/var/log/pmta/acct*.csv\n\n /var/log/pmta/diag*.csv'
    );
    await userEvent.click(screen.getByLabelText(/^Skip TLS verification/));

    expect(saved.current.jsonData.nodes).toEqual([
      {
        name: 'mta1',
        url: 'https://mta1.example.com:8080',
        timeZone: 'auto',
        tlsSkipVerify: true,
        tlsCaCert: '',
        accounting: {
          files: ['/var/log/pmta/acct*.csv', '/var/log/pmta/diag*.csv'],
          pull: false,
          receive: false,
        },
      },
    ]);
    expect(saved.current.secureJsonData).toEqual({ 'apiKey.mta1': 'secret' });
  });

  it('renames a node once its name is complete, and asks for its stored key again', async () => {
    const saved = renderEditor(twoNodes);
    const name = card(0).getByLabelText(/^Name/);
    await userEvent.clear(name);
    await userEvent.type(name, 'east');
    expect(saved.current.jsonData.nodes?.[0]?.name).toBe('mta1');

    await userEvent.tab();
    expect(saved.current.jsonData.nodes?.map((node) => node.name)).toEqual(['east', 'mta2']);
    expect(saved.current.secureJsonFields).toEqual({ 'apiKey.mta1': false });
    expect(card(0).getByLabelText(/^API key/)).toHaveValue('');
  });

  it('moves a key that was just typed to the new name', async () => {
    const saved = renderEditor(twoNodes);
    await userEvent.type(card(1).getByLabelText(/^API key/), 'fresh');
    await userEvent.clear(card(1).getByLabelText(/^Name/));
    await userEvent.type(card(1).getByLabelText(/^Name/), 'west{Enter}');

    expect(saved.current.secureJsonData).toEqual({ 'apiKey.mta2': '', 'apiKey.west': 'fresh' });
    expect(saved.current.secureJsonFields['apiKey.mta1']).toBe(true);
  });

  it('refuses the name of another node and keeps what was typed for mending', async () => {
    const saved = renderEditor(twoNodes);
    await userEvent.clear(card(1).getByLabelText(/^Name/));
    await userEvent.type(card(1).getByLabelText(/^Name/), 'mta1');
    await userEvent.tab();

    expect(screen.getByText(/Another node is called mta1.*stays mta2/)).toBeInTheDocument();
    expect(card(1).getByLabelText(/^Name/)).toHaveValue('mta1');
    expect(saved.current.jsonData.nodes?.[1]?.name).toBe('mta2');
  });

  it('removes a node with its key, and leaves a half-typed name with its own card', async () => {
    const saved = renderEditor(twoNodes);
    await userEvent.clear(card(1).getByLabelText(/^Name/));
    await userEvent.click(card(0).getByTestId(ids.removeNode));

    expect(saved.current.jsonData.nodes?.map((node) => node.name)).toEqual(['mta2']);
    expect(saved.current.secureJsonData).toEqual({ 'apiKey.mta1': '' });
    expect(card(0).getByLabelText(/^Name/)).toHaveValue('');
  });

  it('never shows a stored key, and forgets it on reset', async () => {
    const saved = renderEditor(twoNodes);
    expect(card(0).getByLabelText(/^API key/)).toBeDisabled();
    await userEvent.click(card(0).getByRole('button', { name: 'Reset' }));
    expect(saved.current.secureJsonData).toEqual({ 'apiKey.mta1': '' });
    expect(card(0).getByLabelText(/^API key/)).toBeEnabled();
  });

  it('says beside the field what is wrong with an address or a path', async () => {
    renderEditor({ jsonData: jsonDataOf({ nodes: [{ name: 'a', url: 'mta1:8080' }] }) });
    expect(screen.getByText(/with http:\/\/ or https:\/\//)).toBeInTheDocument();
    await userEvent.type(screen.getByLabelText(/^Accounting files/), 'acct.csv');
    expect(screen.getByText(/acct\.csv is not an absolute path/)).toBeInTheDocument();
  });

  it('takes whole numbers for polling and retention', async () => {
    const saved = renderEditor();
    const poll = screen.getByLabelText(/^Poll every/);
    expect(poll).toHaveValue('15');
    await userEvent.clear(poll);
    await userEvent.type(poll, 'often');
    await userEvent.tab();
    expect(screen.getByText(/whole number/)).toBeInTheDocument();
    expect(saved.current.jsonData.pollSeconds).toBeUndefined();

    await userEvent.clear(poll);
    await userEvent.type(poll, '30');
    await userEvent.tab();
    expect(saved.current.jsonData.pollSeconds).toBe(30);
  });

  it('lets nothing be changed that provisioning owns, and shows all of it', () => {
    renderEditor({
      readOnly: true,
      jsonData: jsonDataOf({
        nodes: [{ name: 'mta1', url: 'https://mta1.example.com:8080', accounting: { pull: true, receive: true } }],
        store: { kind: 'clickhouse', url: 'https://clickhouse.example.com:8443', queryUsername: 'reader' },
        recipients: 'hash',
      }),
      secureJsonFields: { 'apiKey.mta1': true, storePassword: true, storeQueryPassword: true, hashKey: true },
    });
    const { node: _, acctFile, webhookHeaders, acctFileCopy, webhookHeadersCopy, storeKind, recipients, ...rest } = ids;
    const radios = [storeKind, recipients].flatMap((id) => within(screen.getByTestId(id)).getAllByRole('radio'));
    const controls = [...Object.values(rest).flatMap((id) => screen.getAllByTestId(id)), ...radios];
    expect(controls.filter((control) => !control.hasAttribute('disabled'))).toEqual([]);
    expect(screen.queryByRole('button', { name: 'Reset' })).not.toBeInTheDocument();
    expect(screen.getByTestId(ids.hashKey)).toHaveValue('configured');
    // What is only to be read and copied stays.
    expect(screen.getByTestId(acctFile)).toBeInTheDocument();
    expect(screen.getByTestId(webhookHeaders)).toBeInTheDocument();
    expect(screen.getByTestId(acctFileCopy)).toBeEnabled();
    expect(screen.getByTestId(webhookHeadersCopy)).toBeEnabled();
  });
});
