import {
  type DataFrame,
  type FieldConfigSource,
  type FieldDisplay,
  getDisplayValueAlignmentFactors,
  getFieldDisplayValues,
  type GrafanaTheme2,
  type ReduceDataOptions,
  VizOrientation,
} from '@grafana/data';
import type { VizTextDisplayOptions } from '@grafana/schema';
import {
  BarGauge,
  BarGaugeDisplayMode,
  BigValue,
  BigValueColorMode,
  BigValueGraphMode,
  BigValueJustifyMode,
  BigValueTextMode,
  useTheme2,
  VizRepeater,
} from '@grafana/ui';

import { templateSrv } from '../services/templates.ts';

/** Options of Grafana's stat and bar gauge panels, as saved in a dashboard. */
export interface ReducedOptions {
  reduceOptions?: Partial<ReduceDataOptions>;
  orientation?: VizOrientation;
  colorMode?: BigValueColorMode;
  graphMode?: BigValueGraphMode;
  justifyMode?: BigValueJustifyMode;
  textMode?: BigValueTextMode;
  text?: VizTextDisplayOptions;
  displayMode?: BarGaugeDisplayMode;
  showUnfilled?: boolean;
}

interface Props {
  frames: DataFrame[];
  width: number;
  height: number;
  options: ReducedOptions;
  fieldConfig?: Partial<FieldConfigSource>;
}

function valuesOf({ frames, options, fieldConfig }: Props, theme: GrafanaTheme2): FieldDisplay[] {
  return getFieldDisplayValues({
    data: frames,
    reduceOptions: { calcs: ['lastNotNull'], ...options.reduceOptions },
    fieldConfig: { defaults: fieldConfig?.defaults ?? {}, overrides: fieldConfig?.overrides ?? [] },
    replaceVariables: (text, scopedVars, format) => templateSrv.replace(text, scopedVars, format),
    sparkline: options.graphMode !== BigValueGraphMode.None,
    theme,
    timeZone: 'browser',
  });
}

/** One large value a series (Grafana's stat panel). */
export function Stat(props: Props) {
  const theme = useTheme2();
  const { frames, width, height, options } = props;
  return (
    <VizRepeater
      source={frames}
      getValues={() => valuesOf(props, theme)}
      getAlignmentFactors={getDisplayValueAlignmentFactors}
      renderValue={({ value, width, height, count, alignmentFactors }) => (
        <BigValue
          value={value.display}
          count={count}
          sparkline={value.sparkline}
          colorMode={options.colorMode ?? BigValueColorMode.Value}
          graphMode={options.graphMode ?? BigValueGraphMode.Area}
          justifyMode={options.justifyMode ?? BigValueJustifyMode.Auto}
          textMode={options.textMode ?? BigValueTextMode.Auto}
          alignmentFactors={alignmentFactors}
          text={options.text}
          width={width}
          height={height}
          theme={theme}
        />
      )}
      width={width}
      height={height}
      itemSpacing={3}
      renderCounter={0}
      autoGrid
      orientation={options.orientation ?? VizOrientation.Auto}
    />
  );
}

/** One bar a series (Grafana's bar gauge panel). */
export function Bars(props: Props) {
  const theme = useTheme2();
  const { frames, width, height, options } = props;
  return (
    <VizRepeater
      source={frames}
      getValues={() => valuesOf(props, theme)}
      getAlignmentFactors={getDisplayValueAlignmentFactors}
      renderValue={({ value, width, height, orientation, alignmentFactors }) => (
        <BarGauge
          value={value.display}
          field={value.field}
          display={value.view?.getFieldDisplayProcessor(value.colIndex ?? 0)}
          orientation={orientation}
          displayMode={options.displayMode ?? BarGaugeDisplayMode.Gradient}
          showUnfilled={options.showUnfilled ?? true}
          alignmentFactors={alignmentFactors}
          text={options.text}
          width={width}
          height={height}
          theme={theme}
        />
      )}
      width={width}
      height={height}
      itemSpacing={8}
      minVizHeight={16}
      renderCounter={0}
      orientation={options.orientation ?? VizOrientation.Horizontal}
    />
  );
}
