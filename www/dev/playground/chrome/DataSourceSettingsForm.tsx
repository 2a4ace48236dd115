import { css } from '@emotion/css';
import type { DataSourceSettings, GrafanaTheme2 } from '@grafana/data';
import { Alert, Button, ErrorBoundaryAlert, Field, Input, useStyles2 } from '@grafana/ui';
import React, { type ReactNode, useEffect, useRef, useState } from 'react';
import { usePlayground } from './Playground';

interface TestResult {
  severity: 'success' | 'error' | 'warning' | 'info';
  message: string;
}

function asSeverity(status: unknown): TestResult['severity'] {
  return status === 'success' || status === 'warning' || status === 'info' ? status : 'error';
}

/** Grafana shows what testDatasource() resolves to, and the message of what it throws. */
async function test(dataSource: { testDatasource(): Promise<unknown> }): Promise<TestResult> {
  try {
    const { status, message } = (await dataSource.testDatasource()) as { status?: string; message?: string };
    return { severity: asSeverity(status), message: message ?? '' };
  } catch (error) {
    return { severity: 'error', message: error instanceof Error ? error.message : String(error) };
  }
}

interface Props {
  dataSource: string;
  /** Where to go when the test was passed. */
  next?: ReactNode;
}

/** The plugin's config editor with Grafana's frame around it: name above, "Save & test" below. */
export function DataSourceSettingsForm({ dataSource, next }: Props) {
  const styles = useStyles2(formStyles);
  const { plugin, dataSources } = usePlayground();
  const [settings, setSettings] = useState<DataSourceSettings>(() => dataSources.settingsOf(dataSource));
  const [result, setResult] = useState<TestResult>();
  const [testing, setTesting] = useState(false);
  const answer = useRef<HTMLDivElement>(null);
  const Editor = plugin.components.ConfigEditor;

  // The form is long: the answer may come up below the edge of the window.
  useEffect(() => {
    if (result) {
      answer.current?.scrollIntoView({ block: 'nearest' });
    }
  }, [result]);

  const saveAndTest = async () => {
    setTesting(true);
    setResult(undefined);
    try {
      if (!settings.readOnly) {
        await dataSources.save(settings);
      }
      setResult(await test(await dataSources.get(settings.uid)));
    } catch (error) {
      setResult({ severity: 'error', message: error instanceof Error ? error.message : String(error) });
    } finally {
      setTesting(false);
    }
  };

  return (
    <div className={styles.form} data-testid="settings">
      <Field label="Name">
        <Input
          id="datasource-name"
          width={40}
          value={settings.name}
          disabled={settings.readOnly}
          onChange={({ currentTarget }) => setSettings({ ...settings, name: currentTarget.value })}
        />
      </Field>
      {Editor ? (
        <ErrorBoundaryAlert>
          <Editor options={settings} onOptionsChange={setSettings} />
        </ErrorBoundaryAlert>
      ) : (
        <Alert severity="error" title="The plugin exports no config editor" />
      )}
      <div ref={answer} className={styles.result}>
        {result && (
          <Alert severity={result.severity} title={result.message} elevated={false}>
            {result.severity === 'success' && next}
          </Alert>
        )}
      </div>
      <Button onClick={saveAndTest} disabled={testing}>
        {testing ? 'Testing…' : settings.readOnly ? 'Test' : 'Save & test'}
      </Button>
    </div>
  );
}

const formStyles = (theme: GrafanaTheme2) => ({
  form: css({ maxWidth: 800 }),
  result: css({ marginTop: theme.spacing(2) }),
});
