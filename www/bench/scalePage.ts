// What scale.mjs has on the playground's harness: dashboards of a data source, and the gaps between frames.
import type { DataFrame, DataQueryRequest, DataQueryResponse } from '@grafana/data';
import type { Observable, Subscriber } from 'rxjs';
import type { StreamQuery } from '../plugin/types';

// Grafana's packages as the page has them.
const { data, rxjs, ...harness } = await window.harnessReady;
const { CircularDataFrame, DataSourceApi, FieldType, LoadingState, toDataFrame } = data;

/** Who fills the panels. */
export type Contestant = 'freshet' | 'tutorial' | 'drawing' | 'browser';

export interface Load {
  panels: number;
  /** Of a frame. */
  rows: number;
  /** Frames of a panel, each with labels of its own. */
  series: number;
  query: StreamQuery;
}

/** Packets per second of who only draws: as many as Freshet sends at most. */
const DRAWINGS = 10;

let load: Load;
let feedUrl: string;

/** Grafana's streaming tutorial: each message is parsed, added to a circular frame, and the frame handed on. */
class Tutorial extends DataSourceApi<StreamQuery> {
  override query({ targets }: DataQueryRequest<StreamQuery>): Observable<DataQueryResponse> {
    return rxjs.merge(...targets.map((target) => this.stream(target)));
  }

  override testDatasource = () => Promise.resolve({ status: 'success', message: '' });

  private stream({ refId, path }: StreamQuery) {
    return new rxjs.Observable<DataQueryResponse>((subscriber) => {
      const frame = new CircularDataFrame({ append: 'tail', capacity: load.rows });
      frame.refId = refId;
      frame.addField({ name: 'time', type: FieldType.time });
      frame.addField({ name: 'value', type: FieldType.number });
      const socket = new WebSocket(`${feedUrl}${path ?? ''}`);
      socket.onmessage = (event: MessageEvent<string>) => {
        const parsed: object | object[] = JSON.parse(event.data);
        for (const row of Array.isArray(parsed) ? parsed : [parsed]) {
          frame.add(row);
        }
        subscriber.next({ data: [frame], key: refId, state: LoadingState.Streaming });
      };
      return () => socket.close();
    });
  }
}

/** Hands on frames that are there already, as often as Freshet does: what it takes to draw alone. */
class Drawing extends DataSourceApi<StreamQuery> {
  override query({ targets }: DataQueryRequest<StreamQuery>): Observable<DataQueryResponse> {
    return new rxjs.Observable<DataQueryResponse>((subscriber: Subscriber<DataQueryResponse>) => {
      const timer = setInterval(() => {
        for (const { refId } of targets) {
          subscriber.next({ data: stillFrames(refId), key: refId, state: LoadingState.Streaming });
        }
      }, 1000 / DRAWINGS);
      return () => clearInterval(timer);
    });
  }

  override testDatasource = () => Promise.resolve({ status: 'success', message: '' });
}

/** Draws alone, while a socket delivers the feed to a handler that does nothing: the browser's own part. */
class Browser extends Drawing {
  override query(request: DataQueryRequest<StreamQuery>): Observable<DataQueryResponse> {
    const drawn = super.query(request);
    return new rxjs.Observable<DataQueryResponse>((subscriber) => {
      listened ??= listen(request.targets[0].path ?? '');
      return drawn.subscribe(subscriber);
    });
  }
}

/** Freshet opens one socket for all panels, so one is compared with it. */
let listened: WebSocket | undefined;

function listen(path: string) {
  const socket = new WebSocket(`${feedUrl}${path}`);
  socket.addEventListener('message', () => undefined);
  return socket;
}

/** The rows of the last five minutes, as far as a frame has room. */
function stillFrames(refId: string): DataFrame[] {
  const { rows, series } = load;
  const step = 300_000 / rows;
  const now = Date.now();
  const times = Array.from({ length: rows }, (_, row) => now - (rows - row) * step);
  return Array.from({ length: series }, (_, index) => {
    const values = times.map((time) => Math.sin(time / 5000 + index) * 20);
    const labels = series > 1 ? { id: String(index) } : undefined;
    return toDataFrame({
      refId,
      fields: [
        { name: 'time', type: FieldType.time, values: times },
        { name: 'value', type: FieldType.number, values, labels },
      ],
    });
  });
}

const OTHERS = { tutorial: Tutorial, drawing: Drawing, browser: Browser };

/** Puts a dashboard of so many equal panels on the page. */
export async function start(contestant: Contestant, url: string, wanted: Load) {
  load = wanted;
  feedUrl = url;
  if (contestant === 'freshet') {
    await harness.createDataSource({ uid: contestant, url });
  } else {
    const DataSourceClass = OTHERS[contestant];
    const plugin = { DataSourceClass, components: {}, meta: { id: contestant } };
    harness.addDataSource(plugin as unknown as Parameters<typeof harness.addDataSource>[0], { uid: contestant });
  }
  const targets = [{ ...load.query, refId: 'A' }];
  harness.mountDashboard({
    dataSource: contestant,
    panels: Array.from({ length: load.panels }, () => ({ targets: targets.map((target) => ({ ...target })) })),
  });
}

let gaps: number[] = [];
let previous: number | undefined;

function onFrame(time: number) {
  if (previous !== undefined) {
    gaps.push(time - previous);
  }
  previous = time;
  requestAnimationFrame(onFrame);
}
requestAnimationFrame(onFrame);

/** Milliseconds between frames since the last call: the longest, and that which one in a hundred exceeds. */
export function frameGaps() {
  const sorted = gaps.sort((a, b) => a - b);
  const result = { longest: sorted.at(-1) ?? 0, late: sorted[Math.floor(sorted.length * 0.99)] ?? 0 };
  gaps = [];
  previous = undefined;
  return result;
}

Object.assign(window, { scale: { start, frameGaps } });
