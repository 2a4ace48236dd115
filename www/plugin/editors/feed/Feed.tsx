import { Alert, Button, Combobox, InlineField, Input, Stack, Text } from '@grafana/ui';
import React, { type FocusEvent, useId, useState } from 'react';

import type { FeedMessage, FeedPlace, FeedView, Preview, Suggestion } from '../../engine/types';
import type { StreamQuery } from '../../types';
import { NARROW } from '../controls/narrow';
import { usePolled } from '../controls/usePolled';
import { Message } from './Message';
import { PlaceLine } from './PlaceLine';
import { PreviewTable } from './PreviewTable';
import { short } from './short';
import { SuggestButton } from './SuggestButton';

interface Props {
  look: (messages: number) => Promise<FeedView>;
  suggest: () => Promise<Suggestion>;
  preview: (rows: number) => Promise<Preview>;
  query: StreamQuery;
  /** Stores a query and runs it. */
  onChange: (query: StreamQuery) => void;
}

/** Messages that are asked for, and of them those that are shown. */
const ASKED = 100;
const SHOWN = 10;

const ALL_KINDS = 'all';

/** The messages of a feed as they come, with the values to pick, a query that fits them, and what the query makes of them. */
export function Feed({ look, suggest, preview, query, onChange }: Props) {
  const [isPaused, setPaused] = useState(false);
  const [search, setSearch] = useState('');
  const [kind, setKind] = useState<string>();
  const [place, setPlace] = useState<FeedPlace>();
  const { isHeld, holding } = useHold();
  const { view, problem } = usePolled(() => look(ASKED), isPaused || isHeld);
  if (problem !== undefined) {
    return <Alert severity="warning" title={`The feed cannot be shown. ${problem}`} />;
  }
  if (!view || view.state === 'none') {
    const why = view?.reason || 'Nothing reads this feed at the moment. Run the query, and its messages appear here.';
    return <Text color="secondary">{view ? why : 'Looking…'}</Text>;
  }
  const kinds = [
    { label: `All (${view.messages.length})`, value: ALL_KINDS },
    ...view.kinds.map(({ id, title, count }) => ({ label: `${short(title)} (${count})`, value: `kind ${id}` })),
  ];
  const chosen = kinds.some(({ value }) => value === kind) ? kind : ALL_KINDS;
  const wanted = view.messages.filter(
    (message) => (chosen === ALL_KINDS || `kind ${message.kind}` === chosen) && holds(message, search)
  );
  const shown = wanted.slice(-SHOWN).reverse();
  return (
    <Stack direction="column" gap={1}>
      <Stack direction="row" gap={1} wrap="wrap" alignItems="center">
        <Text>
          {view.state} · {perSecond(view.rate)} messages/s · {bytes(view.bytesPerSecond)}/s · {view.total} in all
        </Text>
        <Button
          type="button"
          size="sm"
          variant="secondary"
          icon={isPaused ? 'play' : 'pause'}
          onClick={() => setPaused(!isPaused)}
        >
          {isPaused ? 'Resume' : 'Pause'}
        </Button>
        <SuggestButton suggest={suggest} query={query} onChange={onChange} />
      </Stack>
      <Sieve search={search} onSearch={setSearch} kinds={kinds} kind={chosen} onKind={setKind} />
      {view.reason !== '' && <Text color="warning">{view.reason}</Text>}
      <PlaceLine place={place} isHeld={isHeld && !isPaused} />
      {shown.length === 0 && !(view.messages.length === 0 && view.reason !== '') && (
        <Text color="secondary">
          {view.messages.length === 0 ? 'No message has arrived yet.' : 'No message matches.'}
        </Text>
      )}
      <div {...holding}>
        {shown.map((message, at) => (
          // Known by its line: what is open stays open, and keeps the focus, when newer messages come into the lines.
          <Message
            key={at}
            message={message}
            startsOpen={at === 0}
            places={view.places}
            query={query}
            onChange={onChange}
            onPoint={setPlace}
          />
        ))}
      </div>
      {wanted.length > shown.length && (
        <Text color="secondary" variant="bodySmall">
          The newest {shown.length} of {wanted.length} are shown.
        </Text>
      )}
      <PreviewTable preview={preview} isPaused={isPaused} />
    </Stack>
  );
}

interface SieveProps {
  search: string;
  onSearch: (search: string) => void;
  kinds: Array<{ label: string; value: string }>;
  kind: string | undefined;
  onKind: (kind: string) => void;
}

/** Which of the messages are shown: those with a text in them, and those of a kind. */
function Sieve({ search, onSearch, kinds, kind, onKind }: SieveProps) {
  const ids = [useId(), useId()];
  return (
    <Stack direction="row" gap={0.5} wrap="wrap">
      <InlineField className={NARROW} label="Search" htmlFor={ids[0]}>
        <Input
          id={ids[0]}
          width={24}
          value={search}
          placeholder="text in a message"
          onChange={(event) => onSearch(event.currentTarget.value)}
        />
      </InlineField>
      <InlineField className={NARROW} label="Kind" htmlFor={ids[1]}>
        <Combobox id={ids[1]} width={36} options={kinds} value={kind} onChange={({ value }) => onKind(value)} />
      </InlineField>
    </Stack>
  );
}

/**
 * Whether somebody points at something inside an element, or has the focus there: then nothing in it may change place. A
 * menu that opens from inside counts, too, wherever it is drawn.
 */
function useHold() {
  const [isOver, setOver] = useState(false);
  const [hasFocus, setFocus] = useState(false);
  const holding = {
    onMouseEnter: () => setOver(true),
    onMouseLeave: () => setOver(false),
    onFocus: () => setFocus(true),
    onBlur: ({ currentTarget, relatedTarget }: FocusEvent) =>
      setFocus(currentTarget.contains(relatedTarget as Node | null)),
  };
  return { isHeld: isOver || hasFocus, holding };
}

function holds({ raw, documents }: FeedMessage, search: string): boolean {
  const wanted = search.trim().toLowerCase();
  return wanted === '' || [raw, ...documents].some((text) => text.toLowerCase().includes(wanted));
}

function perSecond(rate: number): string {
  return rate >= 10 ? rate.toFixed(0) : rate.toFixed(1);
}

function bytes(count: number): string {
  return count >= 1024 ? `${(count / 1024).toFixed(1)} KiB` : `${count.toFixed(0)} B`;
}
