import {
  FieldConfigProperty,
  ThresholdsMode,
  displayNameOverrideProcessor,
  identityOverrideProcessor,
  numberOverrideProcessor,
  standardFieldConfigEditorRegistry,
  standardTransformers,
  standardTransformersRegistry,
  stringOverrideProcessor,
  thresholdsOverrideProcessor,
  unitOverrideProcessor,
  valueMappingsOverrideProcessor,
  type FieldConfigPropertyItem,
  type FieldOverrideContext,
  type FieldType,
  type TransformerRegistryItem,
} from '@grafana/data';

type Processor = (value: unknown, context: FieldOverrideContext, settings?: never) => unknown;

/** This page has no options pane, so an option's editor is never drawn. */
function NoEditor(): null {
  return null;
}

/** A field option that panels understand, without an editor. */
export function fieldOption(
  id: string,
  { path = id, process = identityOverrideProcessor as Processor, defaultValue, appliesTo }: FieldOption = {}
): FieldConfigPropertyItem {
  return {
    id,
    path,
    name: id,
    description: '',
    editor: NoEditor,
    override: NoEditor,
    process: process as FieldConfigPropertyItem['process'],
    shouldApply: (field) => appliesTo?.includes(field.type) ?? true,
    settings: {},
    defaultValue,
  };
}

interface FieldOption {
  path?: string;
  process?: Processor;
  defaultValue?: unknown;
  appliesTo?: FieldType[];
}

const asProcessor = (process: unknown): Processor => process as Processor;

function standardOptions(): FieldConfigPropertyItem[] {
  return [
    fieldOption(FieldConfigProperty.Unit, { process: asProcessor(unitOverrideProcessor) }),
    fieldOption(FieldConfigProperty.Min, { process: asProcessor(numberOverrideProcessor) }),
    fieldOption(FieldConfigProperty.Max, { process: asProcessor(numberOverrideProcessor) }),
    fieldOption(FieldConfigProperty.FieldMinMax),
    fieldOption(FieldConfigProperty.Decimals, { process: asProcessor(numberOverrideProcessor) }),
    fieldOption(FieldConfigProperty.DisplayName, { process: asProcessor(displayNameOverrideProcessor) }),
    fieldOption(FieldConfigProperty.NoValue, { process: asProcessor(stringOverrideProcessor) }),
    fieldOption(FieldConfigProperty.Color, { defaultValue: { mode: 'thresholds' } }),
    fieldOption(FieldConfigProperty.Thresholds, {
      process: asProcessor(thresholdsOverrideProcessor),
      defaultValue: { mode: ThresholdsMode.Absolute, steps: [{ value: -Infinity, color: 'green' }] },
    }),
    fieldOption(FieldConfigProperty.Mappings, {
      process: asProcessor(valueMappingsOverrideProcessor),
      defaultValue: [],
    }),
    fieldOption(FieldConfigProperty.Links),
    fieldOption(FieldConfigProperty.Filterable),
  ];
}

function transformers(): TransformerRegistryItem[] {
  // Some stand there under an old name too, and the registry takes every id once.
  const byId = new Map(
    Object.values(standardTransformers).map((transformation) => [transformation.id, transformation])
  );
  return [...byId.values()].map((transformation) => ({
    id: transformation.id,
    name: transformation.name,
    description: transformation.description,
    transformation: async () => transformation,
    editor: NoEditor,
    imageDark: '',
    imageLight: '',
  }));
}

/** Fills the registries of @grafana/data that Grafana's core fills. */
export function registerStandards(): void {
  standardFieldConfigEditorRegistry.setInit(standardOptions);
  standardTransformersRegistry.setInit(transformers);
}
