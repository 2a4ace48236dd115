import type { DataSourceSettings } from '@grafana/data';

import type { FreshetOptions } from '../../types';

/** What each part of the settings page works on. */
export interface SettingsProps {
  settings: FreshetOptions;
  change: (part: Partial<FreshetOptions>) => void;
  disabled: boolean;
}

/** A data source as Grafana's settings page has it. */
export type StoredSource = DataSourceSettings<FreshetOptions>;
