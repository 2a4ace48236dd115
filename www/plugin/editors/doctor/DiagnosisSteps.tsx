import { ClipboardButton, Icon, type IconName, Stack, Text, useStyles2 } from '@grafana/ui';
import { css } from '@emotion/css';
import React, { useState } from 'react';

import type { DiagnosisReport, DiagnosisStep } from '../../engine/types';
import { Unfold } from '../controls/Unfold';

type Color = 'success' | 'error' | 'secondary' | 'primary' | 'warning';

/** How each state is drawn, and said where it cannot be seen. */
const STATES: Record<DiagnosisStep['state'], { icon: IconName; word: string; color: Color }> = {
  waiting: { icon: 'circle-mono', word: 'waiting', color: 'secondary' },
  running: { icon: 'sync', word: 'running', color: 'primary' },
  passed: { icon: 'check-circle', word: 'passed', color: 'success' },
  failed: { icon: 'exclamation-circle', word: 'failed', color: 'error' },
  skipped: { icon: 'minus-circle', word: 'skipped', color: 'secondary' },
  unknown: { icon: 'question-circle', word: 'unknown', color: 'warning' },
};

/** The steps of a diagnosis: how each went, how long it took, and what to do where it stops. */
export function DiagnosisSteps({ report }: { report: DiagnosisReport }) {
  const styles = useStyles2(listStyles);
  const [showsAll, setShowsAll] = useState(false);
  const isBehind = behindTheFailure(report);
  const behind = report.steps.filter(isBehind).length;
  // One is shorter than the line that would stand for it.
  const folds = behind > 1;
  return (
    <Stack direction="column" gap={1}>
      <ol aria-label="Steps of the diagnosis" className={styles.list}>
        {report.steps.map(
          (step, index) =>
            // Steps are only added, and a handshake may have several of one name.
            (showsAll || !folds || !isBehind(step, index)) && <Item key={`${step.name} ${index}`} step={step} />
        )}
      </ol>
      {folds && (
        <div>
          <Unfold isOpen={showsAll} onToggle={setShowsAll}>
            {`${behind} further steps were not reached`}
          </Unfold>
        </div>
      )}
      {report.done && (
        <div>
          <ClipboardButton variant="secondary" size="sm" icon="copy" getText={() => report.text}>
            Copy as text
          </ClipboardButton>
        </div>
      )}
    </Stack>
  );
}

/** Tells the steps that were not taken because one before them failed. */
function behindTheFailure({ done, steps }: DiagnosisReport) {
  const failed = steps.findIndex(({ state }) => state === 'failed');
  return ({ state }: DiagnosisStep, index: number) => done && failed >= 0 && index > failed && state === 'skipped';
}

function Item({ step }: { step: DiagnosisStep }) {
  const styles = useStyles2(itemStyles);
  const { icon, word, color } = STATES[step.state];
  return (
    <li className={styles.item}>
      <Text color={color}>
        <Icon name={icon} title={word} />
      </Text>
      <div className={styles.words}>
        <Text weight="medium">{step.title}</Text>
        {step.ms !== undefined && (
          <Text color="secondary" variant="bodySmall">
            {` ${Math.round(step.ms)} ms`}
          </Text>
        )}
        {step.text !== '' && (
          <div className={styles.text}>
            <Text color="secondary" variant="bodySmall">
              {step.text}
            </Text>
          </div>
        )}
        {step.advice !== undefined && (
          <div className={styles.text}>
            <Text variant="bodySmall">{`What to do: ${step.advice}`}</Text>
          </div>
        )}
      </div>
    </li>
  );
}

const listStyles = () => ({
  list: css({ listStyle: 'none', margin: 0, padding: 0 }),
});

const itemStyles = () => ({
  item: css({ display: 'flex', gap: 8, padding: '2px 0' }),
  words: css({ minWidth: 0 }),
  // A message may be one long word.
  text: css({ overflowWrap: 'anywhere' }),
});
