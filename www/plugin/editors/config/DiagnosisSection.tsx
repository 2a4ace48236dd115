import { config } from '@grafana/runtime';
import React from 'react';

import { proxyUrl, sourceUrl, tokenPage } from '../../address';
import { PROBE_TIMEOUT_MS } from '../../defaults';
import { engineHost } from '../../engine';
import type { Source } from '../../engine/types';
import { Section } from '../controls/Section';
import { Diagnose, type Diagnoser } from '../doctor/Diagnose';
import type { StoredSource } from './settings';

/** The data source as it stands on the page; what is behind the proxy, as it was saved last. */
function sourceOf({ uid, name, type, url, access, jsonData }: StoredSource): Source {
  const isProxied = access === 'proxy';
  const page = {
    protocol: window.location.protocol,
    host: window.location.host,
    subUrl: config.appSubUrl ?? '',
  };
  const address = isProxied ? `/api/datasources/proxy/uid/${uid}` : url;
  return {
    uid,
    name,
    url: sourceUrl(address, isProxied ? 'proxy' : 'direct', page),
    ...(jsonData?.token && { proxyUrl: proxyUrl(uid, page), tokenPage: tokenPage(type, page) }),
    settings: jsonData ?? {},
  };
}

/** Finds out why the data source does not connect, without a query. */
export function DiagnosisSection({ options }: { options: StoredSource }) {
  const diagnose: Diagnoser = (tell, signal) =>
    engineHost.ask('diagnose', sourceOf(options), undefined, PROBE_TIMEOUT_MS, tell, signal);
  const hint =
    options.access === 'proxy'
      ? 'Connects step by step with the settings as they were last saved, and says where it stops and what to do.'
      : 'Connects step by step with the settings on this page, and says where it stops and what to do.';
  return (
    <Section title="Diagnosis">
      <Diagnose diagnose={diagnose} hint={hint} />
    </Section>
  );
}
