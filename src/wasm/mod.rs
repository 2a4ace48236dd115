//! The only place that knows JavaScript. It carries out what the sessions and schedules say, and decides nothing.
#![allow(
    unreachable_pub,
    reason = "wasm-bindgen exports must be pub, whatever module they stand in"
)]

mod ask;
mod columns;
mod delivery;
mod doctor;
mod driver;
mod fetch;
mod host;
mod inbox;
mod kept;
mod model;
mod monitor;
mod packet;
mod preview;
mod record;
mod registry;
mod replay;
mod request;
mod rx;
mod socket;
mod stream_fetch;
mod suggest;
mod token;
pub mod zones;

use std::rc::Rc;

use wasm_bindgen::prelude::*;

use crate::doctor::{Diagnosis, unencrypted};
use crate::error::Error;
use crate::feed::FeedView;
use crate::query::Query;
pub use rx::{Observable, Subscription};

#[wasm_bindgen(typescript_custom_section)]
const TYPES: &str = r#"
import type { Observable as RxObservable } from 'rxjs';
import type { DataQueryRequest, DataQueryResponse } from '@grafana/data';

/** A data source instance, its strings interpolated. */
export interface Source {
  uid: string;
  name: string;
  /** Absolute, ws(s):// or http(s)://. */
  url: string;
  /** Where Grafana's data source proxy has it, whatever its access mode: absolute, http(s)://. */
  proxyUrl?: string;
  /** The page on which viewers enter tokens of their own, absolute. */
  tokenPage?: string;
  /** The data source's jsonData. */
  settings: object;
}

/** Grafana's request, with its visible targets as they are stored. `finite` asks for one packet and completion, `collectMs` for rows to be collected so long before. */
export type EngineRequest = Pick<DataQueryRequest, 'requestId' | 'targets' | 'range'> &
  Partial<Pick<DataQueryRequest, 'app' | 'liveStreaming' | 'panelPluginId'>> & {
  finite?: boolean;
  collectMs?: number;
  /** Has another data source answer with the history of a target, as its `backfill` says. Rejects with a sentence that names the data source. The signal is aborted when nobody waits any more. */
  history?: (target: DataQueryRequest['targets'][number], signal?: AbortSignal) => Promise<HistoryTable[]>;
};

/** A table that another data source answered with. */
export interface HistoryTable {
  columns: HistoryColumn[];
  /** JSON: an array of rows, each an array with a value for every column. */
  rows: string;
}

/** A column of it. */
export interface HistoryColumn {
  /** What it may be called, what people see first. */
  names: string[];
  /** Whether its values are times, in milliseconds since the epoch. */
  time: boolean;
}

/** One step of a diagnosis. */
export interface DiagnosisStep {
  name: 'url' | 'policy' | 'mixedContent' | 'localNetwork' | 'token' | 'server' | 'http' | 'upgrade' | 'subprotocol' | 'contentType' | 'handshake' | 'subscription' | 'message' | 'paths';
  /** The same, to show. */
  title: string;
  state: 'waiting' | 'running' | 'passed' | 'failed' | 'skipped' | 'unknown';
  /** How long it took, in milliseconds. */
  ms?: number;
  /** What was seen, as sentences; empty before its turn. */
  text: string;
  /** What to do, as sentences. */
  advice?: string;
}

/** The state of a diagnosis. */
export interface DiagnosisReport {
  /** Whether nothing more will be tried. */
  done: boolean;
  status: 'success' | 'warning' | 'error';
  /** All of it in a sentence or two; empty until it is done. */
  message: string;
  steps: DiagnosisStep[];
  /** The steps as a text that can be sent to somebody. */
  text: string;
}

/** An option that cannot be used. */
export interface OptionError {
  /** Its place in the stored query, or in the data source's jsonData, such as `fields[1].path`. */
  option: string;
  /** What it is set to, shortened if long. */
  value: string;
  /** What is wrong with that, and what would be right. */
  problem: string;
}

/** What the settings of a data source come to. */
export interface SettingsReport {
  /** The first option that cannot be used, if there is one. */
  errors: OptionError[];
  /** What queries say to its protocol in `params`. */
  params: ProtocolParam[];
  /** Why the browser will not open the URL from this page, or not every browser. */
  warning?: string;
}

/** Something that queries say to a protocol. */
export interface ProtocolParam {
  name: string;
  title: string;
  isRequired: boolean;
}

/** A connection that the engine holds. */
export interface ConnectionStatus {
  url: string;
  state: 'connecting' | 'open' | 'waiting' | 'closed' | 'failed' | 'replay';
  readers: number;
  messages: number;
  bytes: number;
  reconnects: number;
  attempt: number;
  lastCloseCode?: number;
}

/** What a connection has delivered lately, out of its journal: for people who set up a query. */
export interface FeedView {
  /** `none`: nothing reads this feed at the moment, so there is nothing to look at. */
  state: 'none' | ConnectionStatus['state'];
  /** Why nothing comes, in sentences, or what is to be done before anything can; empty where nothing is known to stand in the way. */
  reason: string;
  /** Messages a second, over the last ten seconds. */
  rate: number;
  /** Bytes a second, over the same time. */
  bytesPerSecond: number;
  /** Messages for the query since the connection began, of which the journal keeps the newest; of a subscription among others, those that are kept. */
  total: number;
  /** The newest messages that the query's subscription has, oldest first. */
  messages: FeedMessage[];
  /** Messages of the same structure, the most frequent first. */
  kinds: FeedKind[];
  /** Every place at which a value was seen, in the order in which the messages have them. */
  places: FeedPlace[];
  /** Paths of the query that meet nothing in these messages. */
  unmet: UnmetPath[];
}

/** A message. */
export interface FeedMessage {
  /** Counts up on a connection, so that a message can be known again. */
  sequence: number;
  /** When it came, in milliseconds since the epoch. */
  at: number;
  /** Bytes as it came. */
  size: number;
  binary: boolean;
  /** The `id` of its kind. */
  kind: number;
  /** As it came: text, or binary as hexadecimal; cut after 16 KiB. */
  raw: string;
  /** What the engine reads in it, whatever its format: JSON texts, cut after 64 KiB in all. */
  documents: string[];
  /** Why it cannot be read, if so. */
  problem?: string;
}

/** Messages that have the same names and types. */
export interface FeedKind {
  id: number;
  /** Short: what tells it from the others, such as `type: trade` or its names. */
  title: string;
  count: number;
}

/** A place in the messages at which values stand. */
export interface FeedPlace {
  /** RFC 9535, of exactly this place: `$.updates[0].value`. */
  path: string;
  /** The same for each item or member there, `$.updates[*].value`; absent when nothing on the way repeats. */
  each?: string;
  /** `each` of a map: the path of the names of its members, `$.sensors.*~`. */
  names?: string;
  /** The column's name that the path would get. */
  name: string;
  kind: 'number' | 'string' | 'boolean' | 'time' | 'null' | 'json';
  /** `time`: the query's `timeFormat`, where it is not found out by itself. */
  timeFormat?: string;
  /** `time` that says no zone: the query's `timeZone`, if the distance to the arrivals tells it. */
  timeZone?: string;
  /** Grafana's id of the unit that the name or the values suggest. */
  unit?: string;
  /** The role that fits. */
  role: 'value' | 'time' | 'label' | 'id';
  /** In how many of the messages it was seen. */
  seen: number;
  /** How many values were different, counted to 100. */
  distinct: number;
  /** The newest values as text, oldest first, at most 30; each cut after 100 characters. */
  values: string[];
}

/** A path that meets nothing. */
export interface UnmetPath {
  /** Its place in the stored query, such as `fields[1].path`. */
  option: string;
  path: string;
  /** The place that was seen and is written most like it. */
  nearest?: string;
}

/** A query that would show what was seen. */
export interface Suggestion {
  /** Options to set in the stored query; what it does not name stays. */
  query: object;
  /** Why, in the order of the query's options. */
  reasons: { option: string; text: string }[];
}

/** What a query makes of the messages that the journal has, row by row. */
export interface Preview {
  columns: { name: string; kind: 'time' | 'number' | 'string' | 'boolean' | 'json'; unit?: string }[];
  /** The newest, oldest first. */
  rows: PreviewRow[];
  /** How many there are of each, in all of the journal. */
  counts: Record<PreviewRow['state'], number>;
}

/** A row, or a message of which none came. */
export interface PreviewRow {
  /** `shown`: it is in the frame. `filtered`: a condition of the query does not hold. `late`: it came after newer ones, or is too old. `repeated`: the frame has it already, or a newer row took its place. `unreadable`: its message cannot be read. */
  state: 'shown' | 'filtered' | 'late' | 'repeated' | 'unreadable';
  /** As text, one for each column; null where there is none. `unreadable`: empty. */
  values: (string | null)[];
  /** Why it is not shown. */
  text?: string;
}

/** How far a recording is. */
export interface RecordingProgress {
  messages: number;
  /** About how large the file will be. */
  bytes: number;
  /** Whether no more fits in. */
  full: boolean;
}

/** A recording that stands in for what a query reads. */
export interface ReplayState {
  /** The name of the file. */
  name: string;
  /** Messages that have been delivered. */
  messages: number;
  /** Messages in the file. */
  total: number;
  /** How many times as fast as it was recorded; Infinity: all at once. */
  speed: number;
  /** When its first and its last message came, in milliseconds since the epoch. */
  from: number;
  to: number;
  /** Options to set in the stored query, which read the recording. None of them leads to a server. */
  query: object;
}

/** One stream for each visible target, merged. Cold: sockets are opened on subscribe. */
export function query(request: EngineRequest, source: Source): RxObservable<DataQueryResponse>;
/** Finds out step by step why nothing comes, over connections of its own; waits up to `timeoutMs` for a first message. Without a target it tests the data source alone. `tell` hears of every change. Rejects when the signal is aborted. */
export function diagnose(source: Source, target: object | undefined, timeoutMs: number, tell?: (report: DiagnosisReport) => void, signal?: AbortSignal): Promise<DiagnosisReport>;
/** Records what a query reads: what its connection has kept, and what comes until the signal is aborted or about `limit` bytes are there. Shares the connection that is open; rejects with a sentence where there is none. The file, NDJSON: a line about it and one for each message, with what is known to be secret as `***`. */
export function record(source: Source, target: object, limit: number, tell?: (progress: RecordingProgress) => void, signal?: AbortSignal): Promise<string>;
/** Has a recording stand in for what a query reads, on this page, from its beginning: for every query that asks the same of the same data source and is run from now on. No connection is opened for those. `speed` is how many times as fast as it was recorded; Infinity: all at once. Without a file the one that is on begins again. Throws a sentence when the file is no recording, or the query or the data source cannot be used. */
export function replay(source: Source, target: object, speed: number, file?: { name: string; text: string }): void;
/** The recording that stands in for what a query reads, and how far it is; undefined where none does. */
export function replayed(source: Source, target: object): ReplayState | undefined;
/** Ends that: queries that are run from now on read the feed. */
export function stopReplay(source: Source, target: object): void;
/** Everything in a query that cannot be used, and what of it this data source refuses; none when it can be run. Rows that are not filled in are passed over. */
export function check(query: object, source?: Source): OptionError[];
/** What a query makes of the messages in the journal of its open connection, at most the newest 50,000: the newest `rows` rows, and how many there are of each state. Opens nothing, and is empty where nothing reads the feed. Throws a sentence when the query cannot be used. */
export function preview(source: Source, target: object, rows: number): Preview;
/** What the connection that the target reads has delivered lately, with the newest `messages` of its messages; opens none. */
export function look(source: Source, target: object, messages: number): FeedView;
/** A query that would show what the connection that the target reads has delivered, with why; `query` is empty where nothing reads the feed or nothing has come. Opens none. */
export function suggest(source: Source, target: object): Suggestion;
/** What is wrong with a data source's jsonData, what queries have to say to its protocol, and what the browser makes of its URL. */
export function describe(settings: object, url?: string): SettingsReport;
/** What the engine holds now. */
export function connections(): ConnectionStatus[];
/** How many messages the engine has taken so far on the connections that it holds; takes those that wait first. */
export function received(): number;
"#;

/// One stream per visible target, merged; see the TypeScript declarations.
#[wasm_bindgen(skip_typescript)]
pub fn query(request: JsValue, source: JsValue) -> Observable {
    let request = Rc::new(request::Request::read(&request, &source));
    Observable::from_producer(Rc::new(move |subscriber| {
        delivery::start(&request, subscriber)
    }))
}

/// Finds out why nothing comes; see the TypeScript declarations.
#[wasm_bindgen(skip_typescript)]
pub async fn diagnose(
    source: JsValue,
    target: JsValue,
    timeout_ms: f64,
    tell: Option<js_sys::Function>,
    signal: Option<web_sys::AbortSignal>,
) -> Result<JsValue, JsValue> {
    let settings = request::settings(&source);
    let query = target.is_object().then(|| request::query(&target));
    let diagnosis = Diagnosis::new(settings, query, doctor::page(), timeout_ms, host::now());
    doctor::run(diagnosis, tell.as_ref(), signal.as_ref()).await
}

/// Records what a query reads; see the TypeScript declarations.
#[wasm_bindgen(skip_typescript)]
pub async fn record(
    source: JsValue,
    target: JsValue,
    limit: f64,
    tell: Option<js_sys::Function>,
    signal: Option<web_sys::AbortSignal>,
) -> Result<JsValue, JsValue> {
    // A whole number of bytes; what is too large for an address saturates.
    let limit = limit as usize;
    record::run(&source, &target, limit, tell.as_ref(), signal.as_ref()).await
}

/// Has a recording stand in for what a query reads; see the TypeScript declarations.
#[wasm_bindgen(skip_typescript)]
pub fn replay(source: JsValue, target: JsValue, speed: f64, file: JsValue) -> Result<(), JsValue> {
    replay::start(&source, &target, speed, &file)
}

/// The recording that does, and how far it is; see the TypeScript declarations.
#[wasm_bindgen(skip_typescript)]
pub fn replayed(source: JsValue, target: JsValue) -> Result<JsValue, JsValue> {
    replay::state(&source, &target)
}

/// Ends that; see the TypeScript declarations.
#[wasm_bindgen(skip_typescript, js_name = stopReplay)]
pub fn stop_replay(source: JsValue, target: JsValue) -> Result<(), JsValue> {
    replay::stop(&source, &target)
}

/// Every option of a query that cannot be used; see the TypeScript declarations.
#[wasm_bindgen(skip_typescript)]
pub fn check(query: JsValue, source: JsValue) -> Result<JsValue, JsValue> {
    let errors = request::check(&query, &source);
    let errors: Vec<packet::OptionError> = errors.iter().map(packet::OptionError::new).collect();
    packet::to_js(&errors)
}

/// What a connection has delivered; see the TypeScript declarations.
#[wasm_bindgen(skip_typescript)]
pub fn look(source: JsValue, target: JsValue, messages: f64) -> Result<JsValue, JsValue> {
    let view = || -> Result<Option<FeedView>, Error> {
        let settings = request::settings(&source)?;
        let spec = request::query_spec(&target)?;
        registry::look(&settings, &Query::usable(&spec), |session| {
            FeedView::of(session, &spec, messages as usize, host::wall())
        })
    };
    packet::to_js(&match view() {
        Ok(view) => view.unwrap_or_default(),
        Err(error) => FeedView::unusable(&error),
    })
}

/// What the settings of a data source come to; see the TypeScript declarations.
#[wasm_bindgen(skip_typescript)]
pub fn describe(settings: JsValue, url: Option<String>) -> Result<JsValue, JsValue> {
    let settings = request::options(&settings);
    let is_http = settings
        .as_ref()
        .is_ok_and(|settings| settings.transport.is_http());
    let warning = url.and_then(|url| unencrypted(&url, is_http, &doctor::page()));
    packet::to_js(&packet::SettingsReport::new(&settings, warning))
}

/// What a query makes of the messages that are kept, row by row; see the TypeScript declarations.
#[wasm_bindgen(skip_typescript)]
pub fn preview(source: JsValue, target: JsValue, rows: f64) -> Result<JsValue, JsValue> {
    preview::of(&source, &target, rows)
}

/// A query that would show what came; see the TypeScript declarations.
#[wasm_bindgen(skip_typescript)]
pub fn suggest(source: JsValue, target: JsValue) -> Result<JsValue, JsValue> {
    suggest::of(&source, &target)
}

/// What the registry holds; see the TypeScript declarations.
#[wasm_bindgen(skip_typescript)]
pub fn connections() -> Result<JsValue, JsValue> {
    packet::to_js(&registry::statuses())
}

/// How many messages were taken; see the TypeScript declarations.
#[wasm_bindgen(skip_typescript)]
pub fn received() -> f64 {
    registry::received()
}

/// Closes every socket of this engine at once, for a host that replaces it.
#[wasm_bindgen]
pub fn abandon() {
    monitor::end();
    registry::clear();
}

/// Runs once, when the module is instantiated.
#[wasm_bindgen(start)]
pub fn start() {
    rx::add_interop_symbols();
    zones::provide();
    registry::watch_page();
}
