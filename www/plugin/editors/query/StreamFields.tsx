import React from 'react';

import { TextField } from '../controls/TextField';

interface StreamFieldProps {
  value: string | undefined;
  placeholder: string;
  onCommit: (value: string | undefined) => void;
}

/** Which stream of the data source is read. */
export function PathField(props: StreamFieldProps) {
  return (
    <TextField
      {...props}
      label="Path"
      tooltip="Appended to the data source's URL; may carry a ?query. Variables are replaced. Empty: the URL as it is."
      option="path"
    />
  );
}

/** Which Server-Sent Events are read. */
export function EventField(props: StreamFieldProps) {
  return (
    <TextField
      {...props}
      label="Events"
      tooltip="Names of the Server-Sent Events to read, separated by commas; an event without a name is called message. Variables are replaced. Empty: all events."
      option="event"
    />
  );
}

interface MessageFieldProps extends StreamFieldProps {
  option: 'subscribe' | 'unsubscribe';
  label: string;
  /** When it is sent: a sentence. */
  when: string;
}

/** A text for the server. */
export function MessageField({ when, ...props }: MessageFieldProps) {
  return (
    <TextField
      {...props}
      tooltip={`${when} Variables are replaced. Takes effect when you leave the field or press Ctrl+Enter.`}
      multiline
    />
  );
}
