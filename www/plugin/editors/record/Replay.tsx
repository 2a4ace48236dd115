import { dateTimeFormat } from '@grafana/data';
import { Alert, Button, RadioButtonGroup, Stack, Text } from '@grafana/ui';
import React, { useRef, useState } from 'react';

import { REPLAY_BYTES } from '../../defaults';
import { messageOf } from '../../engine/trap';
import type { ReplayState } from '../../engine/types';
import type { StreamQuery } from '../../types';
import { usePolled } from '../controls/usePolled';
import { saysTheSame, withRecorded } from './recorded';

/** A file that somebody has chosen. */
export interface RecordedFile {
  name: string;
  text: string;
}

interface Props {
  /** Begins a replay at a speed; without a file the one that is on begins again. */
  begin: (speed: number, file?: RecordedFile) => Promise<void>;
  /** How far it is; undefined while there is none. */
  look: () => Promise<ReplayState | undefined>;
  stop: () => Promise<void>;
  query: StreamQuery;
  /** Stores a query and runs it. */
  onChange: (query: StreamQuery) => void;
  onRunQuery: () => void;
}

const SPEEDS = [
  { value: Infinity, label: 'All at once' },
  { value: 1, label: 'As recorded' },
  { value: 10, label: '10 times as fast' },
];

/** Starts and stops a replay of a file in place of the feed, and says how far it is. */
export default function Replay({ begin, look, stop, query, onChange, onRunQuery }: Props) {
  const [chosen, setChosen] = useState(Infinity);
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string>();
  const { view: on } = usePolled(look, isBusy);
  const input = useRef<HTMLInputElement>(null);
  const chooser = useRef<HTMLButtonElement>(null);
  const act = async (work: () => Promise<void>) => {
    setBusy(true);
    setProblem(undefined);
    try {
      await work();
      onRunQuery();
    } catch (error) {
      setProblem(messageOf(error));
    }
    setBusy(false);
  };
  const speed = on?.speed ?? chosen;
  const choose = (next: number) => {
    setChosen(next);
    if (on) {
      void act(() => begin(next));
    }
  };
  const take = (files: FileList | null) => {
    const file = files?.[0];
    if (file) {
      void act(async () => begin(speed, await read(file)));
    }
  };
  const end = () => {
    // The button goes, and would take the focus with it.
    chooser.current?.focus();
    void act(stop);
  };
  return (
    <Stack direction="column" gap={1}>
      <Text color="secondary" variant="bodySmall">
        Shows the messages of such a file in place of the feed, wherever this page reads what this query asks for, until
        you stop it or reload the page. Nothing is stored.
      </Text>
      <Stack direction="row" gap={1} alignItems="center" wrap="wrap">
        <Button
          ref={chooser}
          type="button"
          variant="secondary"
          size="sm"
          icon="upload"
          onClick={() => input.current?.click()}
        >
          Replay a file…
        </Button>
        <input
          ref={input}
          type="file"
          hidden
          aria-label="Recording"
          accept=".ndjson,.json"
          onChange={({ currentTarget }) => {
            take(currentTarget.files);
            // So that the same file can be chosen again.
            currentTarget.value = '';
          }}
        />
        {on && (
          <Button type="button" variant="secondary" size="sm" icon="square-shape" onClick={end}>
            Stop replay
          </Button>
        )}
        <RadioButtonGroup aria-label="Speed" size="sm" options={SPEEDS} value={speed} onChange={choose} />
      </Stack>
      <span role="status">{on ? `Replaying ${on.name}` : ''}</span>
      {on && <Progress on={on} />}
      {on && <RecordedQuery recorded={on.query} query={query} onChange={onChange} />}
      {problem !== undefined && <Alert severity="error" title={`Nothing is replayed. ${problem}`} />}
    </Stack>
  );
}

/** The text of a file; throws a sentence when it is too large. */
async function read(file: File): Promise<RecordedFile> {
  if (file.size > REPLAY_BYTES) {
    const [size, most] = [file.size, REPLAY_BYTES].map((bytes) => `${Math.ceil(bytes / 1024 / 1024)} MiB`);
    throw new Error(`${file.name} has ${size}, and a recording at most ${most}.`);
  }
  return { name: file.name, text: await file.text() };
}

function Progress({ on: { messages, total, from, to } }: { on: ReplayState }) {
  return (
    <Text color="secondary" variant="bodySmall">
      {messages} of {total} messages, recorded from {dateTimeFormat(from)} to {dateTimeFormat(to)}. Rows with times from
      the messages are in that range.
    </Text>
  );
}

interface RecordedQueryProps {
  recorded: object;
  query: StreamQuery;
  onChange: (query: StreamQuery) => void;
}

/** Offers the query that stands in the recording, and takes it back. */
function RecordedQuery({ recorded, query, onChange }: RecordedQueryProps) {
  const [done, setDone] = useState<{ before: StreamQuery; after: StreamQuery }>();
  const next = withRecorded(query, recorded);
  const take = () => {
    setDone({ before: query, after: next });
    onChange(next);
  };
  const undo = (before: StreamQuery) => {
    setDone(undefined);
    onChange(before);
  };
  if (done && saysTheSame(done.after, query)) {
    return (
      <Alert severity="success" title="The query was replaced by the one of the recording.">
        <Button type="button" size="sm" variant="secondary" icon="history" onClick={() => undo(done.before)}>
          Undo
        </Button>
      </Alert>
    );
  }
  if (Object.keys(recorded).length === 0 || saysTheSame(next, query)) {
    return null;
  }
  return (
    <div>
      <Button type="button" size="sm" variant="secondary" onClick={take}>
        Use the query of the recording
      </Button>
    </div>
  );
}
