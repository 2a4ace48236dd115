import { Alert, Button, Stack, Text } from '@grafana/ui';
import React, { useEffect, useRef, useState } from 'react';

import { messageOf } from '../../engine/trap';
import type { RecordingProgress } from '../../engine/types';

/** Records until the signal is aborted or the recording is full: the file. `tell` hears how far it is. */
export type Recorder = (tell: (progress: RecordingProgress) => void, signal: AbortSignal) => Promise<string>;

interface Props {
  record: Recorder;
  /** What the file is called, without an ending. */
  name: string;
}

/** Starts and stops a recording, and hands over the file. */
export default function Record({ record, name }: Props) {
  const [progress, setProgress] = useState<RecordingProgress>();
  const [state, setState] = useState<'idle' | 'running' | 'saved'>('idle');
  const [error, setError] = useState<string>();
  const controller = useRef<AbortController>(undefined);
  const isShown = useRef(true);
  useEffect(() => {
    isShown.current = true;
    return () => {
      // Who closes the editor wants no file; the connection is let go.
      isShown.current = false;
      controller.current?.abort();
    };
  }, []);
  const start = async () => {
    const own = new AbortController();
    controller.current = own;
    setError(undefined);
    setProgress(undefined);
    setState('running');
    try {
      const file = await record(setProgress, own.signal);
      if (isShown.current) {
        save(file, `${name}.ndjson`);
        setState('saved');
      }
    } catch (cause) {
      setError(messageOf(cause));
      setState('idle');
    }
  };
  const running = state === 'running';
  return (
    <Stack direction="column" gap={1}>
      <Text color="secondary" variant="bodySmall">
        Writes the messages that this query reads into a file, with their times: those that the connection has kept, and
        what comes until you stop. Tokens are removed as far as they are known; look at the file before you send it to
        anyone.
      </Text>
      <Stack direction="row" gap={1} alignItems="center" wrap="wrap">
        <Button
          type="button"
          variant="secondary"
          size="sm"
          icon={running ? 'square-shape' : 'circle-mono'}
          onClick={running ? () => controller.current?.abort() : () => void start()}
        >
          {running ? 'Stop and download' : 'Record'}
        </Button>
        <span role="status">
          <Text color="secondary" variant="bodySmall">
            {progress ? `${running ? 'Recording' : 'Recorded'}: ${amount(progress)}` : ''}
          </Text>
        </span>
      </Stack>
      {progress?.full && (
        <Alert severity="info" title="The recording is full and has ended. Its file holds the messages up to then." />
      )}
      {error !== undefined && <Alert severity="error" title={`Nothing was recorded. ${error}`} />}
    </Stack>
  );
}

function amount({ messages, bytes }: RecordingProgress): string {
  return `${messages === 1 ? '1 message' : `${messages} messages`}, ${Math.ceil(bytes / 1024)} KiB`;
}

function save(text: string, name: string) {
  const url = URL.createObjectURL(new Blob([text], { type: 'application/x-ndjson' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  // The browser has begun to read it by then.
  setTimeout(() => URL.revokeObjectURL(url), 1000);
}
