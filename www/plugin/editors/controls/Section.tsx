import { Stack, Text } from '@grafana/ui';
import React, { type ReactNode, useId, useState } from 'react';

import { Unfold } from './Unfold';

interface SectionProps {
  title: string;
  children: ReactNode;
}

/** Controls that belong together, under a title. */
export function Section({ title, children }: SectionProps) {
  const id = useId();
  return (
    <section aria-labelledby={id}>
      <Stack direction="column" gap={0.5}>
        <div id={id}>
          <Text variant="h6">{title}</Text>
        </div>
        {children}
      </Stack>
    </section>
  );
}

interface FoldingSectionProps extends SectionProps {
  /** What holds, in a few words, while the controls are out of sight. */
  summary: string;
  /** Whether the controls are in sight at first: when one of them is set. */
  startsOpen: boolean;
}

/** Controls that most queries leave alone, under a title that shows and hides them. */
export function FoldingSection({ title, summary, startsOpen, children }: FoldingSectionProps) {
  const [open, setOpen] = useState(startsOpen);
  const id = useId();
  return (
    <section aria-labelledby={id}>
      <Stack direction="column" gap={0.5}>
        <Stack direction="row" gap={1} alignItems="center">
          <Unfold id={id} isOpen={open} onToggle={setOpen}>
            {title}
          </Unfold>
          {!open && (
            <Text color="secondary" variant="bodySmall">
              {summary}
            </Text>
          )}
        </Stack>
        {open && children}
      </Stack>
    </section>
  );
}
