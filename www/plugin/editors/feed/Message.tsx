import { css } from '@emotion/css';
import { dateTimeFormat, type GrafanaTheme2 } from '@grafana/data';
import { Stack, Text, useStyles2 } from '@grafana/ui';
import { parseTree } from 'jsonc-parser';
import React, { useState } from 'react';

import type { FeedMessage, FeedPlace } from '../../engine/types';
import type { StreamQuery } from '../../types';
import { Unfold } from '../controls/Unfold';
import { Value } from './Value';

interface Props {
  message: FeedMessage;
  startsOpen: boolean;
  places: FeedPlace[];
  query: StreamQuery;
  onChange: (query: StreamQuery) => void;
  /** Somebody points at a value. */
  onPoint: (place: FeedPlace | undefined) => void;
}

/** A message: a line about it, and open its values beside the text as it came. */
export function Message({ message, startsOpen, ...picking }: Props) {
  const styles = useStyles2(getStyles);
  const [isOpen, setOpen] = useState(startsOpen);
  const time = dateTimeFormat(message.at, { format: 'HH:mm:ss.SSS' });
  return (
    <div role="group" aria-label={`Message of ${time}`}>
      <div className={styles.line}>
        <Unfold isOpen={isOpen} onToggle={setOpen}>
          {`${time} · ${message.size} bytes${message.binary ? ', binary' : ''}`}
        </Unfold>
        {!isOpen && <span className={styles.start}>{message.raw}</span>}
      </div>
      {message.problem && <Text color="warning">{`Cannot be read: ${message.problem}`}</Text>}
      {isOpen && (
        <Stack direction="row" gap={1} wrap="wrap" alignItems="flex-start">
          <div className={styles.half}>
            {message.documents.map((text, at) => {
              const node = parseTree(text);
              return node && <Value key={at} node={node} json={text} path="$" {...picking} />;
            })}
          </div>
          {/* Scrolls, so it has to be reached by keyboard. */}
          <pre className={styles.raw} tabIndex={0} aria-label="As it came">
            {message.raw}
          </pre>
        </Stack>
      )}
    </div>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  line: css({ display: 'flex', alignItems: 'center', minWidth: 0 }),
  start: css({
    flex: 1,
    minWidth: 0,
    overflow: 'hidden',
    whiteSpace: 'nowrap',
    textOverflow: 'ellipsis',
    fontFamily: theme.typography.fontFamilyMonospace,
    fontSize: theme.typography.bodySmall.fontSize,
    color: theme.colors.text.secondary,
  }),
  half: css({ flex: '1 1 300px', minWidth: 0, overflowX: 'auto' }),
  raw: css({
    flex: '1 1 300px',
    minWidth: 0,
    maxHeight: 240,
    margin: 0,
    overflow: 'auto',
    whiteSpace: 'pre-wrap',
    overflowWrap: 'anywhere',
    fontSize: theme.typography.bodySmall.fontSize,
  }),
});
