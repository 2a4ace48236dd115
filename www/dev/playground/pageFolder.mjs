import path from 'node:path';
import { ROOT } from '../../../scripts/command.mjs';
import { MAIN_HOST } from '../../../scripts/setup/hosts.mjs';

/** Where the page of a host is built. @param {string} grafana the host's name */
export const pageFolder = (grafana) =>
  path.join(ROOT, 'target', ...(grafana === MAIN_HOST ? ['playground'] : ['hosts', grafana]));
