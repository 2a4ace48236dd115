// What plugin.json of a data source without a backend may say. The fields, their forms and what is required are those of
// Grafana's own schema (docs/sources/developers/plugins/plugin.schema.json in grafana/grafana, config/plugin.schema.json in
// grafana/plugin-validator); what only other kinds of plugins have is left out, and so is a mistake here.
const TEXT = { type: 'string', minLength: 1 };
const FLAG = { type: 'boolean' };
const ADDRESS = { type: 'string', format: 'uri' };

/** @param {Record<string, object>} properties @param {string[]} required */
const object = (properties, required) => ({ type: 'object', additionalProperties: false, properties, required });
/** @param {object} items */
const list = (items, minItems = 0) => ({ type: 'array', items, minItems });

const INFO = {
  author: object({ name: TEXT, email: { type: 'string', format: 'email' }, url: ADDRESS }, ['name']),
  description: TEXT,
  keywords: list(TEXT, 1),
  links: list(object({ name: TEXT, url: ADDRESS }, ['name', 'url'])),
  logos: object({ small: TEXT, large: TEXT }, ['small', 'large']),
  screenshots: list(object({ name: TEXT, path: TEXT }, ['name', 'path'])),
  updated: { type: 'string', pattern: '^\\d{4}-\\d{2}-\\d{2}$' },
  version: TEXT,
};

const ROUTE = {
  path: TEXT,
  method: TEXT,
  url: TEXT,
  reqSignedIn: FLAG,
  reqRole: TEXT,
  headers: { type: 'array' },
  body: { type: 'object' },
};

/** JSON schema, draft 7. */
export const MANIFEST_SCHEMA = object(
  {
    $schema: TEXT,
    id: { type: 'string', pattern: '^[0-9a-z]+-([0-9a-z]+-)?datasource$' },
    type: { const: 'datasource' },
    name: TEXT,
    info: object(INFO, ['author', 'description', 'keywords', 'logos', 'updated', 'version']),
    dependencies: object(
      {
        grafanaDependency: TEXT,
        grafanaVersion: TEXT,
        plugins: list(object({ id: TEXT, name: TEXT, type: TEXT, version: TEXT }, ['id', 'name', 'type', 'version'])),
      },
      ['grafanaDependency']
    ),
    annotations: FLAG,
    category: { enum: ['tsdb', 'logging', 'cloud', 'tracing', 'profiling', 'sql', 'enterprise', 'iot', 'other'] },
    includes: list(object({ type: { const: 'dashboard' }, name: TEXT, path: TEXT }, ['type', 'name', 'path'])),
    logs: FLAG,
    metrics: FLAG,
    queryOptions: object({ maxDataPoints: FLAG, minInterval: FLAG, cacheTimeout: FLAG }, []),
    routes: list(object(ROUTE, ['path', 'url'])),
    state: { enum: ['alpha', 'beta'] },
    streaming: FLAG,
    tracing: FLAG,
  },
  ['id', 'type', 'name', 'info', 'dependencies']
);
