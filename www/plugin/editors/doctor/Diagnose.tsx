import { Button, Stack, Text } from '@grafana/ui';
import React, { useEffect, useId, useRef, useState } from 'react';

import { messageOf } from '../../engine/trap';
import type { DiagnosisReport } from '../../engine/types';
import { DiagnosisSteps } from './DiagnosisSteps';

/** Finds out step by step why nothing comes. `tell` hears of every step. */
export type Diagnoser = (tell: (report: DiagnosisReport) => void, signal: AbortSignal) => Promise<DiagnosisReport>;

interface Props {
  diagnose: Diagnoser;
  /** What is diagnosed, in a sentence. */
  hint: string;
}

/** A button that has the connection diagnosed, and what comes of it. */
export function Diagnose({ diagnose, hint }: Props) {
  const { report, error, running, start, stop } = useDiagnosis(diagnose);
  const hintId = useId();
  return (
    <Stack direction="column" gap={1}>
      <Stack direction="row" gap={1} alignItems="center" wrap="wrap">
        <Button
          type="button"
          variant="secondary"
          size="sm"
          icon={running ? 'sync' : 'search'}
          aria-describedby={hintId}
          onClick={running ? stop : start}
        >
          {running ? 'Stop the diagnosis' : 'Diagnose'}
        </Button>
        <span id={hintId}>
          <Text color="secondary" variant="bodySmall">
            {hint}
          </Text>
        </span>
      </Stack>
      <div role="status" aria-live="polite">
        {outcome(report, error)}
      </div>
      {report && <DiagnosisSteps report={report} />}
    </Stack>
  );
}

/** One sentence for who cannot see the list grow: what is under way, or how it ended. */
function outcome(report: DiagnosisReport | undefined, error: string | undefined) {
  if (error !== undefined) {
    return <Text color="error">{error}</Text>;
  }
  if (!report) {
    return null;
  }
  if (!report.done) {
    const step = report.steps.find(({ state }) => state === 'running');
    return <Text color="secondary">{step ? `${step.title}: ${step.text}` : 'The diagnosis is running.'}</Text>;
  }
  const color = ({ success: 'success', warning: 'warning', error: 'error' } as const)[report.status];
  return <Text color={color}>{report.message}</Text>;
}

function useDiagnosis(diagnose: Diagnoser) {
  const [report, setReport] = useState<DiagnosisReport>();
  const [error, setError] = useState<string>();
  const [running, setRunning] = useState(false);
  const abort = useRef<AbortController>();

  // Sockets of a diagnosis that nobody looks at any more are closed.
  useEffect(() => () => abort.current?.abort(), []);

  const stop = () => {
    abort.current?.abort();
    setRunning(false);
    setReport((last) => (last?.done ? last : undefined));
  };

  const start = async () => {
    const own = new AbortController();
    abort.current = own;
    const tell = (next: DiagnosisReport) => !own.signal.aborted && setReport(next);
    setReport(undefined);
    setError(undefined);
    setRunning(true);
    try {
      tell(await diagnose(tell, own.signal));
    } catch (cause) {
      if (!own.signal.aborted) {
        setError(messageOf(cause));
      }
    }
    if (!own.signal.aborted) {
      setRunning(false);
    }
  };

  return { report, error, running, start: () => void start(), stop };
}
