import type { DataTransformerConfig, FieldConfigSource } from '@grafana/data';
import type { IconName } from '@grafana/ui';
import type { FreshetOptions, StreamQuery } from '../../../plugin/types';
import type { VisualizationId } from '../panels';

export interface PanelDefinition {
  title: string;
  description?: string;
  visualization: VisualizationId;
  /** x, y, width and height in Grafana's grid of 24 columns. */
  grid: [number, number, number, number];
  targets: StreamQuery[];
  /** What Grafana makes of the frames before the panel draws them. */
  transformations?: DataTransformerConfig[];
  options?: object;
  fieldConfig?: Partial<FieldConfigSource>;
}

export interface VariableDefinition {
  /** Default: `custom`. */
  type?: 'custom' | 'textbox' | 'adhoc';
  name: string;
  label: string;
  /** Comma-separated, as Grafana's custom variables have them. */
  query: string;
  value: string;
}

export interface DashboardDefinition {
  uid: string;
  title: string;
  icon: IconName;
  from: string;
  /** A data source of its own at the same feed server; default: the demo feed. */
  dataSource?: { uid: string; name: string; path?: string; jsonData: FreshetOptions };
  variables?: VariableDefinition[];
  panels: PanelDefinition[];
}
