import { Button } from '@grafana/ui';
import React from 'react';

interface Props {
  id?: string;
  isOpen: boolean;
  onToggle: (isOpen: boolean) => void;
  children: string;
}

/** The button that shows and hides what belongs to it. */
export function Unfold({ id, isOpen, onToggle, children }: Props) {
  return (
    <Button
      id={id}
      type="button"
      variant="secondary"
      fill="text"
      size="sm"
      icon={isOpen ? 'angle-down' : 'angle-right'}
      aria-expanded={isOpen}
      onClick={() => onToggle(!isOpen)}
    >
      {children}
    </Button>
  );
}
