import { type FormEvent, type KeyboardEvent, useState } from 'react';

interface Options {
  value: string;
  /** Called when the user is done (blur or Enter), with a new and valid text only. */
  onCommit: (text: string) => void;
  /** Why a text cannot be taken; such a text stays in the field, so that it can be mended, and is not committed. */
  validate?: (text: string) => string | undefined;
}

interface Draft {
  error: string | undefined;
  /** For `Input`. */
  inputProps: {
    value: string;
    invalid: boolean;
    onChange: (event: FormEvent<HTMLInputElement>) => void;
    onBlur: () => void;
    onKeyDown: (event: KeyboardEvent<HTMLInputElement>) => void;
  };
}

/** Holds back what is being typed: a query must not run, and a node must not be renamed, at every key. */
export function useDraft({ value, onCommit, validate }: Options): Draft {
  const [draft, setDraft] = useState<string>();
  const error = draft === undefined ? undefined : validate?.(draft);

  const commit = () => {
    if (draft === undefined || error !== undefined) {
      return;
    }
    setDraft(undefined);
    if (draft !== value) {
      onCommit(draft);
    }
  };

  return {
    error,
    inputProps: {
      value: draft ?? value,
      invalid: error !== undefined,
      onChange: (event) => setDraft(event.currentTarget.value),
      onBlur: commit,
      onKeyDown: (event) => {
        if (event.key === 'Enter') {
          commit();
        }
      },
    },
  };
}
