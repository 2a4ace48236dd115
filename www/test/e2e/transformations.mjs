// Options for every transformer of @grafana/data, such as a user would choose for a feed of {time, value} or of sensors.

/** A matcher as the pickers of fields and frames store it. @param {string} id @param {string} [options] */
const matching = (id, options) => ({ include: { id, options } });
/** @param {string[]} names */
const byName = (...names) => ({ include: { names } });

/**
 * Name in `standardTransformers` → the options to try. `value` stands for the recording's first number field.
 * @param {string} value
 * @returns {Record<string, object[]>}
 */
export const transformations = (value) => ({
  noopTransformer: [{}],
  filterFieldsTransformer: [matching('numeric'), { exclude: { id: 'byName', options: value } }],
  filterFieldsByNameTransformer: [
    byName('time', value),
    { exclude: { names: [value] } },
    { include: { pattern: '/^t/' } },
  ],
  filterFramesTransformer: [matching('byRefId', 'A'), matching('byRefId', 'Z')],
  filterFramesByRefIdTransformer: [{ include: 'A' }, { exclude: 'A' }],
  filterByValueTransformer: [
    {
      filters: [{ fieldName: value, config: { id: 'greater', options: { value: 30 } } }],
      type: 'include',
      match: 'any',
    },
    { filters: [{ fieldName: value, config: { id: 'isNull', options: {} } }], type: 'exclude', match: 'any' },
  ],
  formatStringTransformer: [
    { stringField: 'device', outputFormat: 'Upper Case' },
    { stringField: 'device', outputFormat: 'Substring', substringStart: 0, substringEnd: 3 },
  ],
  formatTimeTransformer: [{ timeField: 'time', outputFormat: 'YYYY-MM-DD HH:mm:ss.SSS', useTimezone: false }],
  orderFieldsTransformer: [{ indexByName: { time: 1, [value]: 0 } }],
  organizeFieldsTransformer: [
    { indexByName: { time: 1, [value]: 0 }, excludeByName: {}, renameByName: { [value]: 'Level' } },
    { indexByName: {}, excludeByName: { time: true }, renameByName: {} },
  ],
  reduceTransformer: [
    { reducers: ['min', 'max', 'mean', 'sum', 'count', 'last', 'first', 'range', 'distinctCount', 'changeCount'] },
    { mode: 'reduceFields', reducers: ['lastNotNull'], includeTimeField: false },
    {
      reducers: [
        'allIsNull',
        'allIsZero',
        'delta',
        'diff',
        'diffperc',
        'step',
        'logmin',
        'median',
        'stdDev',
        'variance',
      ],
    },
  ],
  concatenateTransformer: [{ frameNameMode: 'drop' }, { frameNameMode: 'field', frameNameLabel: 'source' }],
  calculateFieldTransformer: [
    { mode: 'reduceRow', reduce: { reducer: 'sum' } },
    { mode: 'binary', binary: { left: value, operator: '*', right: '2' }, alias: 'double' },
    { mode: 'cumulativeFunctions', cumulative: { field: value, reducer: 'sum' } },
    {
      mode: 'windowFunctions',
      window: { field: value, reducer: 'mean', windowSizeMode: 'fixed', windowSize: 5, windowAlignment: 'trailing' },
    },
    { mode: 'unary', unary: { operator: 'floor', fieldName: value } },
    { mode: 'index', replaceFields: false },
  ],
  joinByFieldTransformer: [
    { byField: 'time', mode: 'outer' },
    { byField: 'time', mode: 'inner' },
    { byField: 'time', mode: 'outerTabular' },
  ],
  seriesToColumnsTransformer: [{ byField: 'time' }],
  seriesToRowsTransformer: [{}],
  renameFieldsTransformer: [{ renameByName: { [value]: 'Level' } }],
  labelsToFieldsTransformer: [{}, { mode: 'rows' }],
  ensureColumnsTransformer: [{}],
  groupByTransformer: [
    {
      fields: {
        [value]: { operation: 'groupby', aggregations: [] },
        time: { operation: 'aggregate', aggregations: ['count', 'max', 'min'] },
      },
    },
    {
      fields: {
        device: { operation: 'groupby', aggregations: [] },
        [value]: { operation: 'aggregate', aggregations: ['mean', 'last'] },
      },
    },
  ],
  sortByTransformer: [{ sort: [{ field: value, desc: true }] }, { sort: [{ field: value }] }],
  mergeTransformer: [{}],
  renameByRegexTransformer: [{ regex: '^(.)(.*)$', renamePattern: '$2-$1' }],
  histogramTransformer: [{ combine: false }, { combine: true, bucketCount: 10 }, { bucketSize: 5, bucketOffset: 1 }],
  convertFieldTypeTransformer: [
    { conversions: [{ targetField: 'time', destinationType: 'string', dateFormat: 'YYYY-MM-DD HH:mm' }] },
    { conversions: [{ targetField: value, destinationType: 'string' }] },
    { conversions: [{ targetField: value, destinationType: 'boolean' }] },
    { conversions: [{ targetField: 'device', destinationType: 'number' }] },
  ],
  convertFrameTypeTransformer: [{ targetType: 'exemplar' }, { targetType: 'timeRegion' }],
  groupingToMatrixTransformer: [
    { columnField: 'device', rowField: 'time', valueField: value },
    { columnField: value, rowField: 'time', valueField: value, emptyValue: 'null' },
  ],
  limitTransformer: [{ limitField: 10 }, { limitField: -10 }],
  groupToNestedTable: [
    { showSubframeHeaders: true, fields: { device: { operation: 'groupby', aggregations: [] } } },
    { fields: { [value]: { operation: 'groupby', aggregations: [] } } },
  ],
  transposeTransformer: [{}, { firstFieldName: 'Name', restFieldsName: 'Row' }],
});
