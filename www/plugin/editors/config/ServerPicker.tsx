import { Alert, Button, Combobox, InlineField, Stack } from '@grafana/ui';
import React, { useId, useState } from 'react';

import { KNOWN_SERVERS, PRESETS } from '../../generated';
import { NARROW } from '../controls/narrow';
import { LABEL_WIDTH } from '../controls/TextField';
import { type KnownServer, leftToDo, settingsFor } from './knownServers';
import type { StoredSource } from './settings';

const CHOICES = KNOWN_SERVERS.map(({ title, preset }) => {
  const protocol = PRESETS.find(({ name }) => name === preset)?.title;
  // Some have a protocol of their own, of the same name.
  return { label: title, value: title, description: protocol === title ? undefined : protocol };
});

interface Props {
  options: StoredSource;
  onOptionsChange: (options: StoredSource) => void;
}

/** Fills the settings for a server that many people have, says what is left, and takes it back. */
export function ServerPicker({ options, onOptionsChange }: Props) {
  const id = useId();
  const [chosen, setChosen] = useState<{ server: KnownServer; before: StoredSource }>();
  const choose = (title: string) => {
    const server = KNOWN_SERVERS.find((known) => known.title === title);
    if (server) {
      // What is taken back is what stood here before the first choice.
      setChosen({ server, before: chosen?.before ?? options });
      onOptionsChange(settingsFor(server, options));
    }
  };
  const undo = (before: StoredSource) => {
    setChosen(undefined);
    const { url, jsonData } = before;
    // The name and the secrets are not the picker's.
    onOptionsChange({ ...options, url, jsonData });
  };
  return (
    <Stack direction="column" gap={1}>
      <InlineField
        className={NARROW}
        label="Known server"
        tooltip="Fills URL, protocol and token for servers that many people have, and says what is left to write. Everything can be changed afterwards."
        labelWidth={LABEL_WIDTH}
        htmlFor={id}
        disabled={options.readOnly}
      >
        <Combobox
          id={id}
          width={32}
          options={CHOICES}
          placeholder="Choose one, or fill in below"
          value={chosen?.server.title ?? null}
          disabled={options.readOnly}
          onChange={({ value }) => choose(value)}
        />
      </InlineField>
      {chosen && (
        <Alert severity="info" title={`Filled in for ${chosen.server.title}`}>
          <Stack direction="column" gap={1} alignItems="flex-start">
            <span>{leftToDo(chosen.server, options.url).join(' ')}</span>
            <Button variant="secondary" size="sm" type="button" icon="history" onClick={() => undo(chosen.before)}>
              Undo
            </Button>
          </Stack>
        </Alert>
      )}
    </Stack>
  );
}
