import { render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import React from 'react';

import { useDraft } from './useDraft';

function Field({ value, onCommit }: { value: string; onCommit: (text: string) => void }) {
  const { error, inputProps } = useDraft({
    value,
    onCommit,
    validate: (text) => (text === 'bad' ? 'not this' : undefined),
  });
  const { invalid, ...rest } = inputProps;
  return (
    <>
      <input {...rest} aria-invalid={invalid} />
      {error}
    </>
  );
}

describe('useDraft', () => {
  it('commits once, on Enter or blur, and only what is new', async () => {
    const onCommit = jest.fn();
    render(<Field value="old" onCommit={onCommit} />);
    const input = screen.getByRole('textbox');

    await userEvent.type(input, 'er');
    expect(onCommit).not.toHaveBeenCalled();
    await userEvent.type(input, '{Enter}');
    expect(onCommit.mock.calls).toEqual([['older']]);

    await userEvent.type(input, 'x{Backspace}');
    await userEvent.tab();
    expect(onCommit).toHaveBeenCalledTimes(1);
  });

  it('keeps a text that cannot be taken in the field, and does not commit it', async () => {
    const onCommit = jest.fn();
    render(<Field value="" onCommit={onCommit} />);
    const input = screen.getByRole('textbox');
    await userEvent.type(input, 'bad');
    await userEvent.tab();

    expect(onCommit).not.toHaveBeenCalled();
    expect(input).toHaveValue('bad');
    expect(input).toBeInvalid();
    expect(screen.getByText('not this')).toBeInTheDocument();
  });

  it('shows a value that changes from outside', () => {
    const { rerender } = render(<Field value="one" onCommit={jest.fn()} />);
    rerender(<Field value="two" onCommit={jest.fn()} />);
    expect(screen.getByRole('textbox')).toHaveValue('two');
  });
});
