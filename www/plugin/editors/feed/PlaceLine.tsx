import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Text, useStyles2 } from '@grafana/ui';
import React from 'react';

import type { FeedPlace } from '../../engine/types';
import { short } from './short';

/**
 * What is known of the value that somebody points at: its path, and how it went lately. It takes no more room than the hint
 * that stands there before, however long these are: the value would move away from under the pointer.
 */
export function PlaceLine({ place, isHeld }: { place: FeedPlace | undefined; isHeld: boolean }) {
  const styles = useStyles2(getStyles);
  return (
    <div className={styles.room}>
      <div className={place && styles.hidden}>
        <Text color="secondary" variant="bodySmall">
          Click a value to make it a field of the query; click it again to take it out.
        </Text>
      </div>
      {place && (
        <div className={styles.line}>
          <Place place={place} />
          {isHeld && (
            <Text color="secondary" variant="bodySmall">
              · held while you are at the messages
            </Text>
          )}
        </div>
      )}
    </div>
  );
}

function Place({ place }: { place: FeedPlace }) {
  const numbers = place.kind === 'number' ? place.values.map(Number).filter(Number.isFinite) : [];
  return (
    <>
      <Text variant="code">{short(place.path)}</Text>
      <Text color="secondary" variant="bodySmall">
        {place.kind}
        {place.unit && `, ${place.unit}`}
      </Text>
      {numbers.length > 1 ? <Sparkline values={numbers} /> : null}
      <Text color="secondary" variant="bodySmall">
        {numbers.length > 1 ? place.values[place.values.length - 1] : short(place.values.slice(-5).join(', '))}
      </Text>
    </>
  );
}

const [WIDTH, HEIGHT] = [120, 18];

function Sparkline({ values }: { values: number[] }) {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const span = high - low || 1;
  const points = values.map((value, at) => {
    const x = (at / (values.length - 1)) * WIDTH;
    return `${x.toFixed(1)},${(HEIGHT - 1 - ((value - low) / span) * (HEIGHT - 2)).toFixed(1)}`;
  });
  return (
    <svg width={WIDTH} height={HEIGHT} role="img" aria-label={`The last ${values.length} values, ${low} to ${high}`}>
      <polyline points={points.join(' ')} fill="none" stroke="currentColor" />
    </svg>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  room: css({
    display: 'grid',
    gridTemplateColumns: 'minmax(0, 1fr)',
    // A path is written larger than the hint.
    minHeight: theme.spacing(3),
    alignItems: 'center',
    '& > *': { gridArea: '1 / 1' },
  }),
  hidden: css({ visibility: 'hidden' }),
  line: css({
    display: 'flex',
    alignItems: 'center',
    gap: theme.spacing(1),
    overflow: 'hidden',
    whiteSpace: 'nowrap',
  }),
});
