import { Stack, Text } from '@grafana/ui';
import React from 'react';

import type { FeedPlace } from '../../engine/types';

/** What is known of the value that somebody points at: its path, and how it went lately. */
export function PlaceLine({ place, isHeld }: { place: FeedPlace | undefined; isHeld: boolean }) {
  if (!place) {
    return (
      <Text color="secondary" variant="bodySmall">
        Click a value to make it a field of the query; click it again to take it out.
      </Text>
    );
  }
  const numbers = place.kind === 'number' ? place.values.map(Number).filter(Number.isFinite) : [];
  return (
    <Stack direction="row" gap={1} wrap="wrap" alignItems="center">
      <Text variant="code">{place.path}</Text>
      <Text color="secondary" variant="bodySmall">
        {place.kind}
        {place.unit && `, ${place.unit}`}
      </Text>
      {numbers.length > 1 ? <Sparkline values={numbers} /> : null}
      <Text color="secondary" variant="bodySmall">
        {numbers.length > 1 ? place.values[place.values.length - 1] : place.values.slice(-5).join(', ')}
        {isHeld && ' · held while you are at the messages'}
      </Text>
    </Stack>
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
