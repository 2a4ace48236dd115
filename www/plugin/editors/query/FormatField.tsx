import { Stack } from '@grafana/ui';
import React from 'react';

import type { CsvOptions, Format } from '../../types';
import { ChoiceField } from '../controls/ChoiceField';
import { FORMATS, HEADERS, SEPARATORS } from '../choices';
import { SelectField } from '../controls/SelectField';

interface FormatFieldProps {
  format: Format | undefined;
  csv: CsvOptions | undefined;
  onChange: (part: { format?: Format; csv?: CsvOptions }) => void;
}

/** How a message is read; for CSV also how its lines are cut. */
export function FormatField({ format = 'auto', csv, onChange }: FormatFieldProps) {
  return (
    <>
      <SelectField
        label="Format"
        tooltip="How messages are decoded. Auto detects the format from the first messages. Compressed messages (gzip, deflate) are decompressed in every format."
        width={24}
        options={FORMATS}
        option="format"
        value={format}
        onChange={(next) => onChange({ format: next })}
      />
      {format === 'csv' && <CsvFields csv={csv} onChange={(next) => onChange({ csv: next })} />}
    </>
  );
}

interface CsvFieldsProps {
  csv: CsvOptions | undefined;
  onChange: (csv: CsvOptions | undefined) => void;
}

function CsvFields({ csv = {}, onChange }: CsvFieldsProps) {
  const change = (part: CsvOptions) => {
    const { header, separator } = { ...csv, ...part };
    const next = { ...(header !== undefined && { header }), ...(separator !== undefined && { separator }) };
    onChange(Object.keys(next).length === 0 ? undefined : next);
  };
  return (
    <Stack direction="row" gap={0.5} wrap="wrap" alignItems="flex-start">
      <ChoiceField
        label="Header"
        tooltip="Whether the first line names the columns. With a header the path of a column is its name, as in $.temperature; without one, its position, as in $[0]. Auto guesses from the first line."
        options={HEADERS}
        option="csv.header"
        value={csv.header === undefined ? 'auto' : csv.header ? 'yes' : 'no'}
        onChange={(header) => change({ header: header === 'auto' ? undefined : header === 'yes' })}
      />
      <SelectField<string>
        label="Separator"
        tooltip="The character between two values, for example ; in 1;2;3. Choose one or enter another. Auto guesses from the lines."
        labelWidth="auto"
        width={18}
        options={SEPARATORS}
        custom="As the separator"
        value={csv.separator ?? 'auto'}
        option="csv.separator"
        onChange={(separator) => change({ separator: separator === 'auto' ? undefined : separator })}
      />
    </Stack>
  );
}
