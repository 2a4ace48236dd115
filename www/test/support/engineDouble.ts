import { type DataFrame, type DataQueryResponse, LoadingState } from '@grafana/data';
import { Observable, type Subscriber } from 'rxjs';

import type { Answer, Engine, EngineRequest, Input, Question, Source } from '../../plugin/engine/types';
import { isTrap } from '../../plugin/engine/trap';
import { trapError } from './trap';

/** An engine at the boundary to wasm whose streams a test drives by hand. */
export class EngineDouble implements Engine {
  readonly streams: Array<{ request: EngineRequest; source: Source; subscriber: Subscriber<DataQueryResponse> }> = [];
  /** What each question was asked with, in order. */
  readonly asked: { [Name in Question]: Array<Input<Name>> } = {
    diagnose: [],
    record: [],
    replay: [],
    replayed: [],
    stopReplay: [],
    check: [],
    describe: [],
    preview: [],
    suggest: [],
    look: [],
    connections: [],
  };
  /** What each question is answered with. */
  readonly answers: { [Name in Question]: Answer<Name> } = {
    diagnose: { done: true, status: 'success', message: '', steps: [], text: '' },
    record: '',
    replay: undefined,
    replayed: undefined,
    stopReplay: undefined,
    check: [],
    describe: { errors: [], params: [] },
    suggest: { query: {}, reasons: [] },
    preview: { columns: [], rows: [], counts: { shown: 0, filtered: 0, late: 0, repeated: 0, unreadable: 0 } },
    look: {
      state: 'none',
      reason: '',
      rate: 0,
      bytesPerSecond: 0,
      total: 0,
      messages: [],
      kinds: [],
      places: [],
      unmet: [],
    },
    connections: [],
  };
  abandoned = 0;
  unsubscribed = 0;
  /** Called where the named function would begin to work; throws to let it fail. */
  onCall: (name: keyof Engine | 'unsubscribe') => void = () => undefined;

  /** `onTrap` hears of every trap, as from the guard of a real instance. */
  constructor(private readonly onTrap: (trap: Error) => void = () => undefined) {}

  query = (request: EngineRequest, source: Source): Observable<DataQueryResponse> => {
    this.enter('query');
    return new Observable((subscriber) => {
      this.streams.push({ request, source, subscriber });
      return () => {
        this.unsubscribed += 1;
        this.enter('unsubscribe');
      };
    });
  };

  diagnose = async (...input: Input<'diagnose'>) => this.answer('diagnose', input);
  record = async (...input: Input<'record'>) => this.answer('record', input);
  replay = (...input: Input<'replay'>) => this.answer('replay', input);
  replayed = (...input: Input<'replayed'>) => this.answer('replayed', input);
  stopReplay = (...input: Input<'stopReplay'>) => this.answer('stopReplay', input);
  check = (...input: Input<'check'>) => this.answer('check', input);
  describe = (...input: Input<'describe'>) => this.answer('describe', input);
  look = (...input: Input<'look'>) => this.answer('look', input);
  suggest = (...input: Input<'suggest'>) => this.answer('suggest', input);
  preview = (...input: Input<'preview'>) => this.answer('preview', input);
  connections = (...input: Input<'connections'>) => this.answer('connections', input);

  abandon = (): void => {
    this.abandoned += 1;
    this.enter('abandon');
  };

  /** Traps in a callback of a socket or timer, where no caller sees it. */
  trap(error = trapError()): void {
    this.onTrap(error);
  }

  /** Emits a packet of one row on the stream that was opened last. */
  emit(value: number, refId = 'A'): void {
    this.streams[this.streams.length - 1].subscriber.next(packet(value, refId));
  }

  private answer<Name extends Question>(name: Name, input: Input<Name>): Answer<Name> {
    this.enter(name);
    this.asked[name].push(input);
    return this.answers[name];
  }

  private enter(name: keyof Engine | 'unsubscribe'): void {
    try {
      this.onCall(name);
    } catch (error) {
      if (isTrap(error)) {
        this.onTrap(error);
      }
      throw error;
    }
  }
}

/** A packet as the engine makes them. */
export function packet(value: number, refId = 'A'): DataQueryResponse {
  return { data: [frame(value, refId)], key: `stream-${refId}`, state: LoadingState.Streaming };
}

function frame(value: number, refId: string): DataFrame {
  return { refId, fields: [{ name: 'value', type: 'number', config: {}, values: [value] }], length: 1 } as DataFrame;
}
