import { Field, Input } from '@grafana/ui';
import React, { useId } from 'react';

import { type Problem } from './validation';

interface Props {
  label: string;
  description: string;
  value: string;
  /** Given the text without blanks around it. */
  onChange: (text: string) => void;
  disabled: boolean | undefined;
  testId: string;
  placeholder?: string;
  problem?: Problem;
  /** In units of 8 pixels. */
  width?: number;
}

/** One line without blanks around it, taken at every key. */
export function TextField(props: Props) {
  const { label, description, value, onChange, disabled, testId, placeholder, problem, width = 60 } = props;
  const id = useId();

  return (
    <Field noMargin label={label} description={description} invalid={problem !== undefined} error={problem}>
      <Input
        id={`${id}-text`}
        data-testid={testId}
        value={value}
        placeholder={placeholder}
        disabled={disabled}
        width={width}
        onChange={(event) => onChange(event.currentTarget.value.trim())}
      />
    </Field>
  );
}
