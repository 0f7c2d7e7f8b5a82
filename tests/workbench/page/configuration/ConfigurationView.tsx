import { css } from '@emotion/css';
import type { DataSourcePluginOptionsEditorProps, GrafanaTheme2 } from '@grafana/data';
import { isFetchError } from '@grafana/runtime';
import { Button, Field, Input, useStyles2 } from '@grafana/ui';
import { type ComponentType, type FormEvent, useState } from 'react';

import type { PowerMta, Settings } from '../plugin.ts';
import { backendSrv } from '../services/backend.ts';
import { TestBanner, type TestOutcome } from './TestBanner.tsx';

interface Props {
  powermta: PowerMta;
  /** Loads the data source again, with what was saved. */
  onSaved(): Promise<PowerMta>;
}

async function test(powermta: PowerMta): Promise<TestOutcome> {
  try {
    const { message } = (await powermta.dataSource.testDatasource()) as { message: string };
    return { severity: 'success', message };
  } catch (error) {
    const { message, error: cause } = error as { message: string; error?: { details?: TestOutcome['details'] } };
    return { severity: 'error', message, details: cause?.details };
  }
}

function failure(error: unknown): TestOutcome {
  const message = isFetchError(error) ? (error.data as { message?: string }).message : String(error);
  return { severity: 'error', message: `Not saved: ${message ?? 'the bridge did not answer'}` };
}

/** The page "Connections → Data sources → PowerMTA → Settings". */
export function ConfigurationView({ powermta, onSaved }: Props) {
  const styles = useStyles2(getStyles);
  const [options, setOptions] = useState<Settings>(powermta.saved);
  const [outcome, setOutcome] = useState<TestOutcome>();
  const [busy, setBusy] = useState(false);
  const ConfigEditor = powermta.plugin.components.ConfigEditor as
    ComponentType<DataSourcePluginOptionsEditorProps> | undefined;

  const saveAndTest = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    setOutcome(undefined);
    try {
      await backendSrv.put(`/api/datasources/uid/${options.uid}`, options);
      const saved = await onSaved();
      setOptions(saved.saved);
      setOutcome(await test(saved));
    } catch (error) {
      setOutcome(failure(error));
    } finally {
      setBusy(false);
    }
  };

  return (
    <form className={styles.form} onSubmit={saveAndTest}>
      <header className={styles.header}>
        <img src={`${powermta.meta.baseUrl}/${powermta.meta.info.logos.small}`} alt="" width={32} height={32} />
        <h1>{options.name}</h1>
        <span>Type: {powermta.meta.name}</span>
      </header>
      <Field label="Name" noMargin>
        <Input
          value={options.name}
          width={50}
          disabled
          aria-label="Data source name"
          suffix={options.isDefault ? 'default' : undefined}
        />
      </Field>
      {ConfigEditor && <ConfigEditor options={options} onOptionsChange={(next) => setOptions(next as Settings)} />}
      {outcome && <TestBanner outcome={outcome} />}
      <div>
        <Button type="submit" disabled={busy} icon={busy ? 'spinner' : undefined}>
          Save &amp; test
        </Button>
      </div>
    </form>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  form: css({
    display: 'flex',
    flexDirection: 'column',
    gap: theme.spacing(3),
    maxWidth: 1040,
    padding: theme.spacing(3),
  }),
  header: css({
    display: 'flex',
    alignItems: 'center',
    gap: theme.spacing(2),
    color: theme.colors.text.secondary,
    h1: { margin: 0, color: theme.colors.text.primary },
  }),
});
