import { Stack, Text } from '@grafana/ui';
import React, { type ReactNode, useId } from 'react';

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
