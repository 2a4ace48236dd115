// What panels that draw with uPlot have in common: the options of their fields, and the legend.
import type { PanelPlugin } from '@grafana/data';
import {
  GraphGradientMode,
  LegendDisplayMode,
  LineInterpolation,
  VisibilityMode,
  type VizLegendOptions,
} from '@grafana/schema';
import { fieldOption } from '../host/standardFields';

export interface GraphOptions {
  legend: VizLegendOptions;
}

const fieldDefaults = {
  drawStyle: 'line',
  lineInterpolation: LineInterpolation.Linear,
  lineWidth: 1,
  fillOpacity: 0,
  gradientMode: GraphGradientMode.None,
  showPoints: VisibilityMode.Never,
  pointSize: 4,
  spanNulls: false,
  axisPlacement: 'auto',
  axisLabel: '',
  axisBorderShow: false,
  axisSoftMin: undefined,
  axisSoftMax: undefined,
  axisWidth: undefined,
  scaleDistribution: undefined,
  stacking: undefined,
  hideFrom: { viz: false, legend: false, tooltip: false },
};

const legend: VizLegendOptions = {
  showLegend: true,
  displayMode: LegendDisplayMode.List,
  placement: 'bottom',
  calcs: [],
};

/** Gives a panel these options. @param own what the fields of this panel have by default and others have not */
export function asGraph<Options extends GraphOptions>(panel: PanelPlugin<Options>, own: object = {}) {
  return panel
    .setPanelOptions((builder) => {
      builder.addCustomEditor({
        id: 'legend',
        path: 'legend',
        name: 'legend',
        editor: () => null,
        defaultValue: legend,
      });
    })
    .useFieldConfig({
      standardOptions: { color: { defaultValue: { mode: 'palette-classic' } } },
      useCustomConfig: (builder) => {
        for (const [id, defaultValue] of Object.entries({ ...fieldDefaults, ...own })) {
          builder.addCustomEditor(fieldOption(id, { defaultValue }));
        }
      },
    });
}
