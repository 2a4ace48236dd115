import type { DataSourceSettings } from '@grafana/data';
import { Button, InlineField, Input, SecretInput, Stack } from '@grafana/ui';
import React, { useId } from 'react';

import type { FreshetOptions } from '../../types';
import { NARROW } from '../controls/narrow';
import { Section } from '../controls/Section';
import { SwitchField } from '../controls/SwitchField';
import { LABEL_WIDTH, TextField } from '../controls/TextField';

type SourceWithSecrets = DataSourceSettings<FreshetOptions, Record<string, string>>;

interface Props {
  options: SourceWithSecrets;
  onOptionsChange: (options: SourceWithSecrets) => void;
}

/** What Grafana's server adds when it talks to the feed or fetches a token; the page never gets to see what is saved. */
export function SecretSettings({ options, onOptionsChange }: Props) {
  const disabled = options.readOnly === true;
  const part = { options, onOptionsChange };
  return (
    <Section title="Secrets that Grafana adds">
      <SwitchField
        label="Basic auth"
        tooltip="Grafana's proxy logs in with a user and a password, when it connects and when it fetches a token."
        disabled={disabled}
        value={options.basicAuth === true}
        onChange={(basicAuth) => onOptionsChange({ ...options, basicAuth })}
      />
      {options.basicAuth && (
        <>
          <TextField
            label="User"
            tooltip="The user that Grafana's proxy logs in as."
            disabled={disabled}
            value={options.basicAuthUser}
            onCommit={(user) => onOptionsChange({ ...options, basicAuthUser: user ?? '' })}
          />
          <SecretField {...part} label="Password" name="basicAuthPassword" />
        </>
      )}
      <Headers {...part} />
    </Section>
  );
}

const headerName = (at: number) => `httpHeaderName${at}`;
const headerValue = (at: number) => `httpHeaderValue${at}`;

/** Headers are numbered from 1 in Grafana's settings; the first number without a name ends them. */
function headerNames(settings: object): string[] {
  const stored: Record<string, unknown> = { ...settings };
  const names: string[] = [];
  for (let at = 1; stored[headerName(at)] !== undefined; at++) {
    names.push(String(stored[headerName(at)]));
  }
  return names;
}

function Headers({ options, onOptionsChange }: Props) {
  const names = headerNames(options.jsonData ?? {});
  const store = (next: string[]) => {
    const stored: Record<string, unknown> = { ...options.jsonData };
    names.forEach((_, at) => delete stored[headerName(at + 1)]);
    next.forEach((name, at) => (stored[headerName(at + 1)] = name));
    const secureJsonFields = { ...options.secureJsonFields };
    const secureJsonData: Record<string, string> = { ...options.secureJsonData };
    names.slice(next.length).forEach((_, at) => {
      // Grafana deletes the secret that is stored as an empty text.
      secureJsonFields[headerValue(next.length + at + 1)] = false;
      secureJsonData[headerValue(next.length + at + 1)] = '';
    });
    onOptionsChange({ ...options, jsonData: stored as FreshetOptions, secureJsonFields, secureJsonData });
  };
  return (
    <Stack direction="column" gap={0.5} alignItems="flex-start">
      {names.map((name, at) => (
        <Stack key={at} direction="row" gap={0} wrap="wrap">
          <TextField
            label={`Header ${at + 1}`}
            tooltip="The name of a header that Grafana's proxy sends, such as Authorization."
            width={24}
            disabled={options.readOnly}
            value={name}
            placeholder="Authorization"
            onCommit={(next) => store(names.map((old, i) => (i === at ? (next ?? '') : old)))}
          />
          <SecretField
            options={options}
            onOptionsChange={onOptionsChange}
            label={`Value ${at + 1}`}
            name={headerValue(at + 1)}
          />
        </Stack>
      ))}
      {!options.readOnly && (
        <Stack direction="row" gap={1}>
          <Button variant="secondary" size="sm" icon="plus" type="button" onClick={() => store([...names, ''])}>
            Add header
          </Button>
          {names.length > 0 && (
            <Button variant="secondary" size="sm" type="button" onClick={() => store(names.slice(0, -1))}>
              Remove the last header
            </Button>
          )}
        </Stack>
      )}
    </Stack>
  );
}

interface SecretFieldProps extends Props {
  label: string;
  /** Its name in `secureJsonData`. */
  name: string;
}

/** A secret that can be written and replaced. What is saved stays with Grafana: here stands only that there is one. */
function SecretField({ options, onOptionsChange, label, name }: SecretFieldProps) {
  const id = useId();
  const isSaved = options.secureJsonFields?.[name] === true;
  const typed = options.secureJsonData?.[name];
  const store = (text: string, saved: boolean) =>
    onOptionsChange({
      ...options,
      secureJsonFields: { ...options.secureJsonFields, [name]: saved },
      secureJsonData: { ...options.secureJsonData, [name]: text },
    });
  return (
    <InlineField
      className={NARROW}
      label={label}
      tooltip="Kept by Grafana, encrypted. Once it is saved it is never shown again; Reset replaces it."
      labelWidth={LABEL_WIDTH}
      htmlFor={id}
      disabled={options.readOnly}
    >
      {options.readOnly ? (
        <Input id={id} width={24} disabled value={isSaved ? 'configured' : ''} placeholder="none" />
      ) : (
        <SecretInput
          id={id}
          width={24}
          isConfigured={isSaved}
          value={isSaved ? '' : (typed ?? '')}
          onReset={() => store('', false)}
          onChange={(event) => store(event.currentTarget.value, false)}
        />
      )}
    </InlineField>
  );
}
