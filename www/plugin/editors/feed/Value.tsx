import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Button, Dropdown, Menu, useStyles2 } from '@grafana/ui';
import type { Node } from 'jsonc-parser';
import React, { useEffect, useRef, useState } from 'react';

import type { FeedPlace } from '../../engine/types';
import type { StreamQuery } from '../../types';
import { Unfold } from '../controls/Unfold';
import { isPicked, member, placeOf, withoutPick, withPick } from './picks';
import { short } from './short';

export interface Picking {
  places: FeedPlace[];
  query: StreamQuery;
  onChange: (query: StreamQuery) => void;
  onPoint: (place: FeedPlace | undefined) => void;
}

interface Props extends Picking {
  node: Node;
  /** The text that the node is of: numbers are shown as they are written. */
  json: string;
  path: string;
  /** The name or number that it has in what holds it. */
  name?: string;
  /** How many values it is in. */
  depth?: number;
}

/** Items and members of one value that are shown. */
const MOST = 50;

/** How deep values are open at first. */
const DEEP = 4;

/** A value of a message, with those in it. One that holds no others can be picked. */
export function Value(props: Props) {
  const { node } = props;
  return node.type === 'object' || node.type === 'array' ? <Container {...props} /> : <Leaf {...props} />;
}

function Container({ node, name, path, depth = 0, ...rest }: Props) {
  const styles = useStyles2(getStyles);
  const [isOpen, setOpen] = useState(depth < DEEP);
  const isList = node.type === 'array';
  const inside = node.children ?? [];
  const size = isList ? `[${inside.length}]` : `{${inside.length}}`;
  const children = inside.slice(0, MOST).map((child, at) => {
    if (isList) {
      return { name: String(at), path: `${path}[${at}]`, node: child };
    }
    const [key, value] = child.children ?? [];
    return { name: String(key.value), path: member(path, String(key.value)), node: value };
  });
  const list = (
    <ul className={name === undefined ? styles.root : styles.list}>
      {children.map((child, at) => (
        <li key={at}>{child.node && <Value {...rest} {...child} depth={depth + 1} />}</li>
      ))}
      {inside.length > MOST && <li>… {inside.length - MOST} more</li>}
    </ul>
  );
  if (name === undefined) {
    return list;
  }
  return (
    <>
      <Unfold isOpen={isOpen} onToggle={setOpen}>
        {`${short(name)} ${size}`}
      </Unfold>
      {isOpen && list}
    </>
  );
}

function Leaf({ node, json, path, name = '$', depth: _, ...picking }: Props) {
  const styles = useStyles2(getStyles);
  const place = placeOf(picking.places, path);
  const written = json.slice(node.offset, node.offset + node.length);
  const text = `${short(name)}: ${short(written)}`;
  return place ? <Choice {...picking} place={place} text={text} /> : <span className={styles.plain}>{text}</span>;
}

interface ChoiceProps extends Picking {
  place: FeedPlace;
  text: string;
}

/** A button that makes a value a field and takes it out again. One of several like it asks whether each is meant. */
function Choice({ place, text, query, onChange, onPoint }: ChoiceProps) {
  const isChosen = isPicked(query, place);
  const { within, keepFocus } = useKeptFocus(isChosen);
  const store = (next: StreamQuery) => {
    keepFocus();
    onChange(next);
  };
  const asks = !isChosen && place.each !== undefined;
  const button = (
    <Button
      type="button"
      size="sm"
      fill={isChosen ? 'solid' : 'text'}
      variant={isChosen ? 'primary' : 'secondary'}
      icon={isChosen ? 'check' : undefined}
      aria-pressed={isChosen}
      title={place.path}
      onMouseEnter={() => onPoint(place)}
      onFocus={() => onPoint(place)}
      onClick={() => store(isChosen ? withoutPick(query, place) : withPick(query, place, 'this'))}
    >
      {text}
    </Button>
  );
  return (
    <span ref={within}>
      {asks ? <Dropdown overlay={<EachMenu {...{ place, query, store }} />}>{button}</Dropdown> : button}
    </span>
  );
}

interface EachMenuProps {
  place: FeedPlace;
  query: StreamQuery;
  store: (query: StreamQuery) => void;
}

function EachMenu({ place, query, store }: EachMenuProps) {
  return (
    <Menu>
      <Menu.Item label="This one" onClick={() => store(withPick(query, place, 'this'))} />
      <Menu.Item
        label={place.names ? 'Each, with its name as label' : 'Each of them'}
        onClick={() => store(withPick(query, place, 'each'))}
      />
    </Menu>
  );
}

/** Keeps the focus on the button inside an element when it is drawn anew, with a menu or without. */
function useKeptFocus(isChosen: boolean) {
  const within = useRef<HTMLSpanElement>(null);
  const returns = useRef(false);
  useEffect(() => {
    if (returns.current) {
      returns.current = false;
      within.current?.querySelector('button')?.focus();
    }
  }, [isChosen]);
  return { within, keepFocus: () => (returns.current = true) };
}

const getStyles = (theme: GrafanaTheme2) => {
  const list = { margin: 0, padding: 0, listStyle: 'none' };
  return {
    root: css(list),
    list: css({ ...list, paddingLeft: theme.spacing(2) }),
    plain: css({ padding: theme.spacing(0, 1), fontSize: theme.typography.bodySmall.fontSize }),
  };
};
