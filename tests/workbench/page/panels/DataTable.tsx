import { type DataFrame, getFrameDisplayName, type TimeRange } from '@grafana/data';
import type { TableCellHeight, TableSortByFieldState } from '@grafana/schema';
import { Combobox } from '@grafana/ui';
import { TableNG } from '@grafana/ui/unstable';
import { useState } from 'react';

interface Props {
  frames: DataFrame[];
  width: number;
  height: number;
  range: TimeRange;
  options?: { cellHeight?: TableCellHeight; sortBy?: TableSortByFieldState[]; showHeader?: boolean };
}

const pickerHeight = 40;

/** Grafana's table; where there are several frames, one at a time. */
export function DataTable({ frames, width, height, range, options }: Props) {
  const [chosen, setChosen] = useState(0);
  const index = Math.min(chosen, frames.length - 1);
  const frame = frames[index];
  if (!frame) {
    return null;
  }
  const several = frames.length > 1;
  return (
    <>
      <TableNG
        data={frame}
        width={width}
        height={several ? height - pickerHeight : height}
        timeRange={range}
        cellHeight={options?.cellHeight}
        sortBy={options?.sortBy}
        noHeader={options?.showHeader === false}
        fieldConfig={{ defaults: {}, overrides: [] }}
      />
      {several && (
        <Combobox
          data-testid="frame"
          options={frames.map((each, value) => ({ label: getFrameDisplayName(each, value), value }))}
          value={index}
          onChange={({ value }) => setChosen(value)}
          width={40}
        />
      )}
    </>
  );
}
