import { burst } from './burst';
import type { DashboardDefinition } from './definition';
import { feeds } from './feeds';
import { includedDashboards } from './included';
import { misbehaving } from './misbehaving';
import { overview } from './overview';
import { protocols } from './protocols';
import { simple } from './simple';

export const dashboards: DashboardDefinition[] = [
  overview,
  simple,
  ...includedDashboards,
  feeds,
  protocols,
  burst,
  misbehaving,
];
