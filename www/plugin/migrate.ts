import type { MessageCondition } from './conversation';
import type { Condition, FreshetOptions, StreamQuery } from './types';

/**
 * What earlier versions stored, in the shapes of today. The data source and the editors read stored queries and settings
 * through these functions, so nothing behind them knows an earlier shape; what is stored changes with the next edit.
 * What these functions do not know is handed on as it is.
 */

/** A query with the selectors of an upsert's key under `keys`: they stood under `key` too, where Explore writes a text of its own. */
export function migrateQuery(query: StreamQuery): StreamQuery {
  const { key, ...rest } = query as Omit<StreamQuery, 'key'> & { key?: unknown };
  return Array.isArray(key) ? { ...rest, keys: rest.keys ?? key } : query;
}

/**
 * Settings whose conditions on messages are objects by path. Before protocols were carried out, `handshake`, `replies` and
 * `ignore` held lists of conditions in the form that queries have.
 */
export function migrateSettings(settings: FreshetOptions): FreshetOptions {
  const { handshake, replies, ignore } = settings;
  const next = { ...settings };
  if (Array.isArray(handshake)) {
    next.handshake = handshake.map((step) =>
      isEarlier(step?.expect) ? { ...step, expect: conditionOf(step.expect) } : step
    );
  }
  if (Array.isArray(replies)) {
    next.replies = replies.map((rule) => (isEarlier(rule?.when) ? { ...rule, when: conditionOf(rule.when) } : rule));
  }
  if (isEarlier(ignore)) {
    next.ignore = conditionOf(ignore);
  }
  return next;
}

/** Paths of today begin with `$`, so no condition of today has these names. An operator without a counterpart is left to the engine, which names it. */
function isEarlier(condition: unknown): condition is Condition[] {
  return (
    Array.isArray(condition) &&
    condition.length > 0 &&
    condition.every((test) => typeof test?.path === 'string' && test.op in TESTS)
  );
}

const conditionOf = (conditions: Condition[]): MessageCondition => {
  const tests = conditions.map(({ path, op, value }) => [path, TESTS[op]?.(value)]);
  return Object.fromEntries(tests);
};

type Test = (value: Condition['value']) => unknown;

const TESTS: Partial<Record<Condition['op'], Test>> = {
  '==': equal,
  '!=': (value) => ({ not: equal(value) }),
  '<': (value) => ({ below: Number(value) }),
  '>': (value) => ({ above: Number(value) }),
  exists: (value) => ({ exists: value !== false }),
  contains: (value) => ({ contains: String(value) }),
};

// In the conditions of queries 5 and "5" are one.
function equal(value: Condition['value']): unknown {
  if (value === undefined || value === null) {
    return null;
  }
  const text = String(value);
  const other = typeof value === 'string' ? ({ true: true, false: false }[value] ?? numberIn(value)) : text;
  return other === undefined ? value : { in: [value, other] };
}

function numberIn(text: string): number | undefined {
  return String(Number(text)) === text ? Number(text) : undefined;
}
