import type { ScopedVars } from '@grafana/data';
import { Alert } from '@grafana/ui';
import React, { createContext, type ReactNode, useCallback, useContext, useEffect, useMemo, useState } from 'react';

import { messageOf } from '../../engine/trap';
import type { OptionError } from '../../engine/types';
import type { StreamQuery } from '../../types';

/** The data source, as far as editors ask it what is wrong with a query. */
export interface Checker {
  check(query: StreamQuery, scopedVars?: ScopedVars): Promise<OptionError[]>;
}

/** How long a query has to stay the same before it is checked, in milliseconds. */
const QUIET_MS = 200;

interface Problems {
  /** What is wrong with the option in this place of the query. */
  of(option: string): string | undefined;
  /** A control for the option is in sight; to be called back when it goes. */
  show(option: string): () => void;
}

const Context = createContext<Problems>({ of: () => undefined, show: () => () => undefined });

interface Props {
  checker: Checker;
  query: StreamQuery;
  /** What the variables of a panel stand for, where that is known. */
  scopedVars?: ScopedVars;
  children: ReactNode;
}

/**
 * Has the engine check the query that is edited inside. A control that names its option shows what is wrong with it;
 * what concerns options that no control in sight edits is listed above all.
 */
export function OptionProblems({ checker, query, scopedVars, children }: Props) {
  const { errors, failure } = useCheck(checker, query, scopedVars);
  const [shown, setShown] = useState<readonly string[]>([]);
  const show = useCallback((option: string) => {
    setShown((all) => [...all, option]);
    return () => setShown((all) => all.filter((_, at) => at !== all.indexOf(option)));
  }, []);
  const of = useCallback((option: string) => errors.filter((error) => error.option === option).map(told)[0], [errors]);
  const problems = useMemo(() => ({ of, show }), [of, show]);
  const elsewhere = errors.filter(({ option }) => !shown.includes(option));
  return (
    <Context.Provider value={problems}>
      {failure !== undefined && <Alert severity="warning" title={`The query could not be checked. ${failure}`} />}
      {elsewhere.map(({ option, value, problem }) => (
        <Alert
          key={option}
          severity="error"
          title={value === '' ? `${problem} (${option})` : `${option} is "${value}": ${problem}`}
        />
      ))}
      {children}
    </Context.Provider>
  );
}

/** What is wrong with the option that a control edits; `option` is its place in the query, such as `fields[1].path`. */
export function useOptionProblem(option: string | undefined): string | undefined {
  const { of, show } = useContext(Context);
  useEffect(() => (option === undefined ? undefined : show(option)), [option, show]);
  return option === undefined ? undefined : of(option);
}

interface Checked {
  query: StreamQuery;
  errors: OptionError[];
  failure?: string;
}

/** The answer to the newest check, without what it says of options that have been changed since. */
export function useCheck(checker: Checker, query: StreamQuery, scopedVars?: ScopedVars) {
  const [checked, setChecked] = useState<Checked>();
  // Grafana hands out a new object with every packet; the query is the same as long as its text is.
  const text = JSON.stringify(query);
  useEffect(() => {
    let isNewest = true;
    const check = async () => {
      const asked: StreamQuery = JSON.parse(text);
      const answer = await checker.check(asked, scopedVars).then(
        (errors) => ({ query: asked, errors }),
        (error) => ({ query: asked, errors: [], failure: messageOf(error) })
      );
      if (isNewest) {
        // Of a query that is as it was before, and well, there is nothing to draw.
        setChecked((before) => (isWell(before) && isWell(answer) ? before : answer));
      }
    };
    const timer = setTimeout(() => void check(), QUIET_MS);
    return () => {
      isNewest = false;
      clearTimeout(timer);
    };
  }, [checker, text, scopedVars]);
  return useMemo(() => {
    const now: StreamQuery = JSON.parse(text);
    const isSame = ({ option }: OptionError) => textAt(now, option) === textAt(checked?.query, option);
    return { errors: checked?.errors.filter(isSame) ?? [], failure: checked?.failure };
  }, [checked, text]);
}

const isWell = (checked?: Checked) => checked === undefined || (checked.errors.length === 0 && !checked.failure);

/** What stands in a place of a query, such as `fields[1].path`. */
function textAt(query: unknown, option: string): string | undefined {
  const names = option.split(/[.[\]]+/).filter((name) => name !== '');
  const found = names.reduce<unknown>((part, name) => (part as Record<string, unknown> | undefined)?.[name], query);
  return JSON.stringify(found);
}

// The value is told, because what is wrong may be seen in a part of what is written.
function told({ value, problem }: OptionError): string {
  return value === '' ? problem : `"${value}": ${problem}`;
}
