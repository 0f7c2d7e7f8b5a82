import './test-urlCanParse';

import { render } from '@testing-library/react';
import React, { useState } from 'react';

import { ConfigEditor } from './ConfigEditor';
import { type Settings } from './settings';

/** The settings page: keeps what the editor hands back. */
export function renderEditor(settings: Partial<Settings> = {}) {
  const saved: { current: Settings } = {
    current: {
      type: 'pmta-datasource',
      uid: 'pmta',
      readOnly: false,
      jsonData: {},
      secureJsonFields: {},
      secureJsonData: {},
      ...settings,
    } as Settings,
  };
  function Page() {
    const [options, setOptions] = useState(saved.current);
    return (
      <ConfigEditor
        options={options}
        onOptionsChange={(changed) => {
          saved.current = changed;
          setOptions(changed);
        }}
      />
    );
  }
  render(<Page />);
  return saved;
}

/** `jsonData` as provisioning may give it: any setting of a node may be absent. */
export function jsonDataOf(jsonData: object): Settings['jsonData'] {
  return jsonData as Settings['jsonData'];
}
