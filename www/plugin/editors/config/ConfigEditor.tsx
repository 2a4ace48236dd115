import type { DataSourcePluginOptionsEditorProps } from '@grafana/data';
import { Stack, Text } from '@grafana/ui';
import React from 'react';

import { type Access, urlProblem } from '../../address';
import { migrateSettings } from '../../migrate';
import type { FreshetOptions } from '../../types';
import { ChoiceField } from '../controls/ChoiceField';
import { ACCESS_MODES, NO_PRESET, PRESETS, TRANSPORTS } from '../choices';
import { LimitSettings } from './LimitSettings';
import { splitList, subprotocolsProblem } from '../problems';
import { DiagnosisSection } from './DiagnosisSection';
import { OptionFields } from './OptionFields';
import { ProtocolSettings } from './ProtocolSettings';
import { ReconnectSettings } from './ReconnectSettings';
import { SecretSettings } from './SecretSettings';
import { Section } from '../controls/Section';
import { ServerPicker } from './ServerPicker';
import { SelectField } from '../controls/SelectField';
import { TokenSettings } from './TokenSettings';
import type { SettingsProps } from './settings';
import { TextField } from '../controls/TextField';
import { useUrlWarning } from './useUrlWarning';

type Props = DataSourcePluginOptionsEditorProps<FreshetOptions>;

/** Edits the settings of a data source. */
export function ConfigEditor({ options, onOptionsChange }: Props) {
  const settings = migrateSettings(options.jsonData ?? {});
  const change = (part: Partial<FreshetOptions>) => onOptionsChange({ ...options, jsonData: { ...settings, ...part } });
  const part = { settings, change, disabled: options.readOnly === true };
  return (
    <Stack direction="column" gap={2}>
      {options.readOnly && (
        <Text color="secondary">
          This data source is provisioned from a file: its settings can be read here, and changed only there.
        </Text>
      )}
      {!options.readOnly && <ServerPicker options={options} onOptionsChange={onOptionsChange} />}
      <ConnectionSection
        {...part}
        url={options.url}
        access={options.access === 'proxy' ? 'proxy' : 'direct'}
        changeUrl={(url) => onOptionsChange({ ...options, url })}
        changeAccess={(access) => onOptionsChange({ ...options, access })}
      />
      <DiagnosisSection options={{ ...options, jsonData: settings }} />
      {(settings.transport ?? 'websocket') === 'websocket' && <ProtocolSettings {...part} />}
      <TokenSettings {...part} uid={options.uid} />
      {usesSecrets(options) && <SecretSettings options={options} onOptionsChange={onOptionsChange} />}
      <ReconnectSettings {...part} />
      <LimitSettings {...part} />
      <Section title="What everyone can see, and what does not work">
        <Text color="secondary" variant="bodySmall">
          Every viewer of a dashboard can read the settings on this page and the messages in its queries, so do not put
          passwords or tokens there. A browser cannot send headers with a WebSocket, and no page can keep a header
          secret that it sends itself; for a feed that requires credentials, use the access mode &quot;Server
          (proxy)&quot;: Grafana&apos;s server then adds the secrets, basic auth and custom headers. Server-Sent Events
          and streamed HTTP get through it like any request, even where a server in front of Grafana blocks WebSockets.
          The browser reads the feed, without a backend: alert rules, reports and externally shared dashboards cannot
          use this data source.
        </Text>
      </Section>
    </Stack>
  );
}

/** Whether Grafana's server has a part in it, which is what adds secrets; those that are there are shown in any case. */
function usesSecrets({ access, jsonData, basicAuth, secureJsonFields }: Props['options']): boolean {
  const { token } = jsonData ?? {};
  const isFetched = token !== undefined && (token.from ?? 'proxy') === 'proxy';
  return access === 'proxy' || isFetched || basicAuth || Object.values(secureJsonFields ?? {}).some(Boolean);
}

interface ConnectionProps extends SettingsProps {
  url: string;
  access: Access;
  changeUrl: (url: string) => void;
  changeAccess: (access: Access) => void;
}

function ConnectionSection(props: ConnectionProps) {
  const { settings, change, disabled, url, access, changeUrl, changeAccess } = props;
  const warning = useUrlWarning(access === 'direct' ? url : '', settings);
  return (
    <Section title="Connection">
      <TextField
        label="URL"
        tooltip="Address of the feed. Direct: ws://, wss://, http:// or https://. Through the proxy: http:// or https://, as seen from Grafana's server. Queries append their path."
        required
        disabled={disabled}
        value={url}
        placeholder={access === 'proxy' ? 'https://feeds.example.org/stream' : 'wss://feeds.example.org/stream'}
        problem={(text) => urlProblem(text, access)}
        commitsInvalid
        onCommit={(text) => changeUrl(text?.trim() ?? '')}
      />
      {warning !== undefined && (
        <div role="status">
          <Text color="warning" variant="bodySmall">
            {warning}
          </Text>
        </div>
      )}
      <ChoiceField
        label="Access"
        tooltip="Direct: every viewer's browser connects to the URL itself. Proxy: the browser connects to Grafana, whose server connects to the URL."
        options={ACCESS_MODES}
        disabled={disabled}
        value={access}
        onChange={changeAccess}
      />
      <ChoiceField
        label="Transport"
        tooltip="How the server sends. Over Server-Sent Events and streamed HTTP nothing can be sent to the server, so a query has no subscribe message: the path determines what arrives. Browsers open at most six such connections to a server that speaks HTTP/1.1."
        options={TRANSPORTS}
        disabled={disabled}
        value={settings.transport ?? 'websocket'}
        onChange={(transport) => change({ transport: transport === 'websocket' ? undefined : transport })}
      />
      {((settings.transport ?? 'websocket') === 'websocket' || settings.preset) && (
        <SelectField
          label="Protocol"
          tooltip="The protocol that the server speaks. With a protocol, queries say what to subscribe to instead of writing subscribe messages, and share one connection."
          options={PRESETS}
          disabled={disabled}
          width={32}
          value={settings.preset ?? NO_PRESET}
          onChange={(preset) => change({ preset: preset === NO_PRESET ? undefined : preset })}
        />
      )}
      <OptionFields settings={settings} change={change} disabled={disabled} />
      {(settings.transport ?? 'websocket') === 'websocket' && (
        <TextField
          label="Subprotocols"
          tooltip="Offered to the server in this order, separated by commas. The server must accept one of them. Empty: none, which suits most feeds."
          disabled={disabled}
          value={settings.subprotocols?.join(', ')}
          placeholder="none"
          problem={subprotocolsProblem}
          onCommit={(text) => change({ subprotocols: text === undefined ? undefined : splitList(text) })}
        />
      )}
    </Section>
  );
}
