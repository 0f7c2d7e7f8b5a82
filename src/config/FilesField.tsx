import { Field, TextArea } from '@grafana/ui';
import React, { useId, useState } from 'react';

import { type NodeProps } from './NodeCard';
import { changeAccounting } from './settings';
import { configTestIds } from './testIds';
import { filesProblem } from './validation';

const needs =
  'Read as PMTA writes them, the fastest way. Globs on the Grafana server, one a line (.csv, .json or .jsonl, also ' +
  'with .gz), below the plugin’s accounting_roots and readable by Grafana’s user: by world-readable yes in PMTA’s ' +
  'acct-file, or by its group. Deferrals need records d,b,t,tq there; without it PMTA writes d,b only.';

/** Globs, one a line; typing keeps its blank lines until the field is left. */
export function FilesField({ settings, node, index, onChange }: NodeProps) {
  const id = useId();
  const [draft, setDraft] = useState<string>();
  const { files } = node.accounting;
  const problem = filesProblem(files);

  const change = (text: string) => {
    setDraft(text);
    const globs = text
      .split('\n')
      .map((line) => line.trim())
      .filter((line) => line !== '');
    onChange(changeAccounting(settings, index, { files: globs }));
  };

  return (
    <Field noMargin label="Accounting files" description={needs} invalid={problem !== undefined} error={problem}>
      <TextArea
        id={`${id}-files`}
        data-testid={configTestIds.files}
        value={draft ?? files.join('\n')}
        rows={3}
        placeholder="/var/log/pmta/acct*.csv"
        disabled={settings.readOnly}
        onChange={(event) => change(event.currentTarget.value)}
        onBlur={() => setDraft(undefined)}
      />
    </Field>
  );
}
