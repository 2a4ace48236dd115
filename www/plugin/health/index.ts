import type { TestDataSourceResponse } from '@grafana/data';

import { type Access, urlProblem } from '../address';
import { PROBE_TIMEOUT_MS } from '../defaults';
import type { DiagnosisReport, Source } from '../engine/types';
import { messageOf } from '../engine/trap';

/** Finds out why nothing comes; see the engine's `diagnose`. Without a target it tests the data source alone. */
export type Diagnose = (source: Source, target: undefined, timeoutMs: number) => Promise<DiagnosisReport>;

/** Really connects, waits for a first message, and says what it saw or what went wrong. */
export async function checkHealth(diagnose: Diagnose, source: Source, access: Access): Promise<TestDataSourceResponse> {
  // With the proxy, the address is Grafana's own and the one behind it unknown here.
  const problem = access === 'direct' ? urlProblem(source.url, access) : undefined;
  if (problem) {
    return { status: 'error', message: problem };
  }
  try {
    const { status, message, text } = await diagnose(source, undefined, PROBE_TIMEOUT_MS);
    return { status, message, details: { verboseMessage: text } };
  } catch (error) {
    return { status: 'error', message: messageOf(error) };
  }
}
