import { Button, IconButton, Stack, Text } from '@grafana/ui';
import React, { type ReactNode } from 'react';

import { useRowKeys } from './rowKeys';

interface ListEditorProps<T> {
  items: T[] | undefined;
  /** What one item is called: "field". */
  noun: string;
  /** What the button adds. */
  blank: T;
  /** What happens as long as there are none. */
  whenEmpty: string;
  /** What the items are for, where the title of the section does not say it. */
  caption?: string;
  /** Whether an item takes all the width there is. */
  wide?: boolean;
  onChange: (items: T[] | undefined) => void;
  /** One item, with the buttons that concern its place in the list. `position` counts from 1. */
  row: (item: T, position: number, replace: (item: T) => void, buttons: ReactNode) => ReactNode;
}

/** A list that grows by a button. An empty list is stored as none. */
export function ListEditor<T>(props: ListEditorProps<T>) {
  const { items = [], noun, blank, whenEmpty, caption, wide, onChange, row } = props;
  const { keys, added, arrange, append } = useRowKeys(items.length);
  const store = (next: T[]) => onChange(next.length === 0 ? undefined : next);
  const replace = (at: number, item: T) => store(items.map((old, i) => (i === at ? item : old)));
  const reorder = (from: number[]) => {
    arrange(from);
    store(from.map((at) => items[at]));
  };
  const places = items.map((_, at) => at);
  const moveUp = (at: number) => reorder([...places.slice(0, at - 1), at, at - 1, ...places.slice(at + 1)]);
  const add = () => {
    append();
    store([...items, blank]);
  };
  const buttons = (at: number) => (
    <Stack direction="row" gap={0.5} height={4} alignItems="center">
      {at > 0 && <IconButton name="arrow-up" tooltip={`Move ${noun} ${at + 1} up`} onClick={() => moveUp(at)} />}
      <IconButton
        name="trash-alt"
        tooltip={`Remove ${noun} ${at + 1}`}
        onClick={() => reorder(places.filter((i) => i !== at))}
      />
    </Stack>
  );
  const note = items.length === 0 ? whenEmpty : caption;
  return (
    <Stack direction="column" gap={0.5} alignItems="flex-start">
      {note && (
        <Text color="secondary" variant="bodySmall">
          {note}
        </Text>
      )}
      {items.map((item, at) => (
        <div
          key={keys[at]}
          style={wide ? { alignSelf: 'stretch' } : undefined}
          ref={keys[at] === added ? focusFirst : undefined}
        >
          {row(item, at + 1, (next) => replace(at, next), buttons(at))}
        </div>
      ))}
      <Button variant="secondary" size="sm" icon="plus" type="button" onClick={add}>
        {`Add ${noun}`}
      </Button>
    </Stack>
  );
}

// Called when the row comes into the page: who adds one wants to write in it.
function focusFirst(row: HTMLElement | null) {
  row?.querySelector<HTMLElement>('input, textarea')?.focus();
}
