import { type DataFrame, FieldType, getFieldDisplayName, type TimeRange } from '@grafana/data';
import { LegendDisplayMode, SortOrder, TooltipDisplayMode, type VizLegendOptions } from '@grafana/schema';
import { PanelContextProvider, TimeSeries, TooltipPlugin, usePanelContext, ZoomPlugin } from '@grafana/ui';
import { useMemo, useState } from 'react';

interface Props {
  frames: DataFrame[];
  width: number;
  height: number;
  range: TimeRange;
  onChangeRange: (range: { from: number; to: number }) => void;
  legend?: Partial<VizLegendOptions>;
  tooltip?: { mode?: TooltipDisplayMode; sort?: SortOrder };
}

function onlyShowing(frames: DataFrame[], name: string | undefined): DataFrame[] {
  if (name === undefined) {
    return frames;
  }
  return frames.map((frame) => ({
    ...frame,
    fields: frame.fields.map((field) => {
      const hidden = field.type !== FieldType.time && getFieldDisplayName(field, frame, frames) !== name;
      const hideFrom = { legend: false, tooltip: hidden, viz: hidden };
      return { ...field, config: { ...field.config, custom: { ...field.config.custom, hideFrom } } };
    }),
  }));
}

/** A time series graph with legend, tooltip and drag-to-zoom; a click on a legend's item shows that series alone. */
export function Graph({ frames, width, height, range, onChangeRange, legend, tooltip }: Props) {
  const [alone, setAlone] = useState<string>();
  const shown = useMemo(() => onlyShowing(frames, alone), [frames, alone]);
  const context = {
    ...usePanelContext(),
    onToggleSeriesVisibility: (label: string | string[] | null) => {
      const name = Array.isArray(label) ? label[0] : label;
      setAlone((last) => (last === name ? undefined : (name ?? undefined)));
    },
  };
  return (
    <PanelContextProvider value={context}>
      <div data-testid="graph">
        <TimeSeries
          frames={shown}
          width={width}
          height={height}
          timeRange={range}
          timeZone="browser"
          legend={{
            showLegend: true,
            displayMode: LegendDisplayMode.List,
            placement: 'bottom',
            calcs: [],
            ...legend,
          }}
        >
          {(config, aligned) => (
            <>
              <ZoomPlugin config={config} onZoom={onChangeRange} />
              <TooltipPlugin
                data={aligned}
                frames={shown}
                config={config}
                mode={tooltip?.mode ?? TooltipDisplayMode.Multi}
                sortOrder={tooltip?.sort ?? SortOrder.Descending}
                timeZone="browser"
              />
            </>
          )}
        </TimeSeries>
      </div>
    </PanelContextProvider>
  );
}
