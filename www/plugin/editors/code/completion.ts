import type { Monaco } from '@grafana/ui';

import schema from './querySchema.json';

const SCHEMA_URI = 'freshet://query.schema.json';

type Defaults = Monaco['languages']['json']['jsonDefaults'];

/**
 * Gives Monaco's own JSON language the schema for one text, so that it completes and explains options there. Schemas are
 * settings of the page, in which Grafana may have others: those stay, and ours goes with the last text.
 */
export function offerCompletion(monaco: Monaco, textUri: string): () => void {
  const defaults: Defaults | undefined = monaco.languages.json?.jsonDefaults;
  if (!defaults) {
    return () => undefined;
  }
  setTexts(defaults, (texts) => [...texts, textUri]);
  return () => setTexts(defaults, (texts) => texts.filter((uri) => uri !== textUri));
}

function setTexts(defaults: Defaults, change: (texts: string[]) => string[]) {
  const { schemas = [], ...options } = defaults.diagnosticsOptions;
  const texts = change(schemas.find(({ uri }) => uri === SCHEMA_URI)?.fileMatch ?? []);
  const others = schemas.filter(({ uri }) => uri !== SCHEMA_URI);
  const ours = texts.length === 0 ? [] : [{ uri: SCHEMA_URI, fileMatch: texts, schema }];
  defaults.setDiagnosticsOptions({ ...options, schemas: [...others, ...ours] });
}
