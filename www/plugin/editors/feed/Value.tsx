import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Button, Dropdown, Menu, useStyles2 } from '@grafana/ui';
import type { Node } from 'jsonc-parser';
import React, { useState } from 'react';

import type { FeedPlace } from '../../engine/types';
import type { StreamQuery } from '../../types';
import { isPicked, member, placeOf, withoutPick, withPick } from './picks';

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

function Container({ node, name, path, ...rest }: Props) {
  const styles = useStyles2(getStyles);
  const depth = path.split(/[.[]/).length - 1;
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
        <li key={at}>{child.node && <Value {...rest} {...child} />}</li>
      ))}
      {inside.length > MOST && <li>… {inside.length - MOST} more</li>}
    </ul>
  );
  if (name === undefined) {
    return list;
  }
  return (
    <>
      <Button
        type="button"
        size="sm"
        fill="text"
        variant="secondary"
        icon={isOpen ? 'angle-down' : 'angle-right'}
        aria-expanded={isOpen}
        onClick={() => setOpen(!isOpen)}
      >
        {`${name} ${size}`}
      </Button>
      {isOpen && list}
    </>
  );
}

function Leaf({ node, json, path, name = '$', places, query, onChange, onPoint }: Props) {
  const styles = useStyles2(getStyles);
  const place = placeOf(places, path);
  const written = json.slice(node.offset, node.offset + node.length);
  const shown = written.length > 80 ? `${written.slice(0, 80)}…` : written;
  if (!place) {
    return (
      <span className={styles.plain}>
        {name}: {shown}
      </span>
    );
  }
  const picked = isPicked(query, place);
  const point = { onMouseEnter: () => onPoint(place), onFocus: () => onPoint(place) };
  const button = (
    <Button
      type="button"
      size="sm"
      fill={picked ? 'solid' : 'text'}
      variant={picked ? 'primary' : 'secondary'}
      icon={picked ? 'check' : undefined}
      aria-pressed={picked}
      {...point}
      onClick={
        picked
          ? () => onChange(withoutPick(query, place))
          : place.each
            ? undefined
            : () => onChange(withPick(query, place, 'this'))
      }
    >
      {`${name}: ${shown}`}
    </Button>
  );
  if (picked || !place.each) {
    return button;
  }
  const menu = (
    <Menu>
      <Menu.Item label="This one" onClick={() => onChange(withPick(query, place, 'this'))} />
      <Menu.Item
        label={place.names ? 'Each, name as label' : 'Each of them'}
        onClick={() => onChange(withPick(query, place, 'each'))}
      />
    </Menu>
  );
  return <Dropdown overlay={menu}>{button}</Dropdown>;
}

const getStyles = (theme: GrafanaTheme2) => {
  const list = { margin: 0, padding: 0, listStyle: 'none' };
  return {
    root: css(list),
    list: css({ ...list, paddingLeft: theme.spacing(2) }),
    plain: css({ padding: theme.spacing(0, 1), fontSize: theme.typography.bodySmall.fontSize }),
  };
};
