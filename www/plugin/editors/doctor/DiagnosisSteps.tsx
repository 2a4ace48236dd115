import { ClipboardButton, Icon, type IconName, Stack, Text, useStyles2 } from '@grafana/ui';
import { css } from '@emotion/css';
import React from 'react';

import type { DiagnosisReport, DiagnosisStep } from '../../engine/types';

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
  return (
    <Stack direction="column" gap={1}>
      <ol aria-label="Steps of the diagnosis" className={styles.list}>
        {report.steps.map((step, index) => (
          // Steps are only added, and a handshake may have several of one name.
          <Item key={`${step.name} ${index}`} step={step} />
        ))}
      </ol>
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
