import process from 'node:process';

import { ask } from '../command.mjs';

/** 1980, with which the times of zip files begin (APPNOTE.txt, section 4.4.6), in all time zones. */
const EARLIEST = 315_619_200;

/**
 * The date that a package carries: of the commit it is made from, so that whoever packs that commit gets the same bytes,
 * or what SOURCE_DATE_EPOCH says (https://reproducible-builds.org/specs/source-date-epoch/).
 * @param {Record<string, string | undefined>} environment
 */
export function releaseDate(environment = process.env) {
  const given = environment.SOURCE_DATE_EPOCH;
  // Whose folder it is does not matter here, and in a container it is often somebody else's.
  const seconds = given ?? ask('git', '-c', 'safe.directory=*', 'log', '-1', '--format=%ct');
  if (seconds === undefined || !/^\d{9,10}$/.test(seconds) || Number(seconds) < EARLIEST) {
    const found = given === undefined ? 'git tells no commit here' : `SOURCE_DATE_EPOCH is "${given}"`;
    throw new Error(
      `A package needs a date, and ${found}. Set SOURCE_DATE_EPOCH to seconds since 1970, from ${EARLIEST} on.`
    );
  }
  return new Date(Number(seconds) * 1000);
}

/** The date as plugin.json has it. @param {Date} date */
export const dayOf = (date) => date.toISOString().slice(0, 10);
