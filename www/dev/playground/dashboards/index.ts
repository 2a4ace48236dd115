import { burst } from './burst';
import type { DashboardDefinition } from './definition';
import { feeds } from './feeds';
import { misbehaving } from './misbehaving';
import { overview } from './overview';
import { protocols } from './protocols';
import { sensors } from './sensors';
import { simple } from './simple';
import { trades } from './trades';

export const dashboards: DashboardDefinition[] = [
  overview,
  simple,
  sensors,
  trades,
  feeds,
  protocols,
  burst,
  misbehaving,
];
