import { screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';

import { jsonDataOf, renderEditor } from './test-editor';
import { configTestIds as ids } from './testIds';

describe('Recipients', () => {
  it('are kept unless another way is chosen, and say what a change covers', () => {
    renderEditor();
    expect(screen.getByRole('radio', { name: /^Keep/ })).toBeChecked();
    expect(screen.queryByTestId(ids.hashKey)).not.toBeInTheDocument();
    expect(screen.getByText(/records read from then on.*does not cover what is stored already/)).toBeInTheDocument();
  });

  it('are hashed with a key, which must be there', async () => {
    const saved = renderEditor({ jsonData: jsonDataOf({ retentionDays: 30 }) });
    await userEvent.click(screen.getByRole('radio', { name: /^Hash/ }));
    expect(screen.getByText(/^Enter a key: without one/)).toBeInTheDocument();
    expect(screen.getByText(/with another key all recipients become new ones/)).toBeInTheDocument();

    await userEvent.type(screen.getByLabelText(/^Hash key/), 'long and random');
    expect(screen.queryByText(/^Enter a key: without one/)).not.toBeInTheDocument();
    expect(saved.current.jsonData).toEqual({ retentionDays: 30, recipients: 'hash' });
    expect(saved.current.secureJsonData).toEqual({ hashKey: 'long and random' });
  });

  it('are hashed with a stored key, which is never shown and asked for again after a reset', async () => {
    const saved = renderEditor({ jsonData: jsonDataOf({ recipients: 'hash' }), secureJsonFields: { hashKey: true } });
    expect(screen.getByTestId(ids.hashKey)).toHaveValue('configured');
    expect(screen.queryByText(/^Enter a key: without one/)).not.toBeInTheDocument();

    await userEvent.click(screen.getByRole('button', { name: /Reset/ }));
    expect(saved.current.secureJsonData).toEqual({ hashKey: '' });
    expect(screen.getByText(/^Enter a key: without one/)).toBeInTheDocument();
  });

  it('are redacted without one, which is kept for the day when they are hashed again', async () => {
    const saved = renderEditor({ jsonData: jsonDataOf({ recipients: 'hash' }), secureJsonFields: { hashKey: true } });
    await userEvent.click(screen.getByRole('radio', { name: /^Redact/ }));
    expect(saved.current.jsonData.recipients).toBe('redact');
    expect(saved.current.secureJsonFields).toEqual({ hashKey: true });
    expect(screen.queryByTestId(ids.hashKey)).not.toBeInTheDocument();
  });

  it('are chosen by keyboard', async () => {
    const saved = renderEditor();
    screen.getByRole('radio', { name: /^Keep/ }).focus();
    await userEvent.keyboard('{ArrowDown}');
    expect(saved.current.jsonData.recipients).toBe('hash');
  });
});
