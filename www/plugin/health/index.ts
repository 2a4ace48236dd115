import type { TestDataSourceResponse } from '@grafana/data';

import { type Access, mixedContentProblem, urlProblem } from '../address';
import { describeClose } from './closeCodes';
import { PROBE_TIMEOUT_MS } from '../defaults';
import type { ProbeReport, Source } from '../engine/types';
import { reach, type Reach, watchPolicy } from './reach';
import { explainRefusal } from './refusal';
import { messageOf } from '../engine/trap';
import type { StreamQuery } from '../types';

/** Opens a connection and reports what became of it; see the engine's `probe`. */
export type Probe = (source: Source, target: Partial<StreamQuery>, timeoutMs: number) => Promise<ProbeReport>;

/** Really connects, waits for a first message, and says what it saw or what went wrong. */
export async function checkHealth(probe: Probe, source: Source, access: Access): Promise<TestDataSourceResponse> {
  const problem = unusable(source.url, access);
  if (problem) {
    return failure(problem);
  }
  const policy = watchPolicy(source.url);
  try {
    const report = await probe(source, {}, PROBE_TIMEOUT_MS);
    if (report.openedMs !== undefined) {
      return describeOpened(report, source.url);
    }
    return await describeRefused(probe, source, access, report, policy.violated);
  } catch (error) {
    return failure(messageOf(error));
  } finally {
    policy.stop();
  }
}

function unusable(url: string, access: Access): string | undefined {
  // With the proxy, the address is Grafana's own and the one behind it unknown here.
  const problem = access === 'direct' ? urlProblem(url, access) : undefined;
  return problem ?? mixedContentProblem(url, window.location);
}

function describeOpened(report: ProbeReport, url: string): TestDataSourceResponse {
  const protocol = report.protocol ? `, subprotocol ${report.protocol}` : '';
  const opened = `Connected to ${url} in ${Math.round(report.openedMs ?? 0)} ms${protocol}.`;
  const closed = report.closeCode === undefined ? '' : describeClose(report.closeCode, report.closeReason);
  // The end of an HTTP response has no code; the engine has the words.
  const ended = report.closeCode === undefined ? report.error : undefined;
  if (report.firstMessage !== undefined) {
    const kind = report.firstMessageBinary ? 'First message (binary)' : 'First message';
    const after = ` after ${Math.round(report.firstMessageMs ?? 0)} ms: `;
    const end = closed ? ` Then the server closed the connection: ${closed}.` : ended ? ` ${ended}` : '';
    return { status: 'success', message: `${opened} ${kind}${after}${report.firstMessage}${end}` };
  }
  if (closed) {
    return failure(`${opened} The server closed the connection before it sent anything: ${closed}.`);
  }
  if (ended) {
    return failure(`${opened} No message arrived. ${ended}`);
  }
  return {
    status: 'warning',
    message:
      `${opened} No message arrived within ${PROBE_TIMEOUT_MS / 1000} s. That is expected if the feed needs a path ` +
      'or a subscribe message, which are set in the query; otherwise the feed is silent.',
  };
}

async function describeRefused(
  probe: Probe,
  source: Source,
  access: Access,
  report: ProbeReport,
  violated: () => boolean
): Promise<TestDataSourceResponse> {
  const blocked = violated();
  if (!blocked && report.closeCode === undefined && report.error !== undefined) {
    return failure(report.error); // the browser closed nothing, so the engine knows best: a time-out, a bad address
  }
  const subprotocols = source.settings.subprotocols ?? [];
  const known = { url: source.url, access, subprotocols };
  const bare = !blocked && subprotocols.length > 0 ? await opensBare(probe, source) : undefined;
  const found: Reach = blocked || bare ? { answered: false } : await reach(source.url);
  const message = explainRefusal({ ...known, policyViolated: blocked, opensWithoutSubprotocols: bare, reach: found });
  // A base address that leads nowhere is no fault where every query has a path.
  const harmless = found.answered && found.status === 404 && access === 'direct';
  return { ...failure(message, report.error), status: harmless ? 'warning' : 'error' };
}

/** Whether the address connects when no subprotocol is offered: then the subprotocols are what is wrong. */
async function opensBare(probe: Probe, source: Source): Promise<boolean> {
  const bare = { ...source, settings: { ...source.settings, subprotocols: [] } };
  return (await probe(bare, {}, PROBE_TIMEOUT_MS)).openedMs !== undefined;
}

function failure(message: string, detail?: string): TestDataSourceResponse {
  return { status: 'error', message, ...(detail ? { details: { message: detail } } : {}) };
}
