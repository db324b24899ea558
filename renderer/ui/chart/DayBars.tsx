import { useComputedColorScheme } from '@mantine/core';
import { type ReactElement, useEffect, useRef, useState } from 'react';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { formatNumber } from '../NumberCell';
import './chart.css';

export interface DayCount {
  /** A day in UTC: 2026-11-23. */
  readonly day: string;
  readonly count: number;
}

export interface DayBarsProps {
  /** The name for screen readers. A table beside the chart has the numbers. */
  readonly label: string;
  readonly days: readonly DayCount[];
  /** In pixels. */
  readonly height?: number;
}

const secondsOf = (day: string): number => Date.parse(`${day}T00:00:00Z`) / 1000;
const whole = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 20_000, 50_000, 100_000];

/** A bar chart with one bar per day. The day under the pointer and its count are shown above it. */
export function DayBars(props: DayBarsProps): ReactElement {
  // The chart is painted in the colours of the theme, so another theme needs a new chart.
  return <Plot key={useComputedColorScheme()} {...props} />;
}

function Plot({ label, days, height = 180 }: DayBarsProps): ReactElement {
  const place = useRef<HTMLDivElement>(null);
  const [pointed, setPointed] = useState<number | null>(null);
  const written = JSON.stringify(days);
  useEffect(() => {
    const element = place.current;
    if (element === null) return undefined;
    const known = JSON.parse(written) as readonly DayCount[];
    const colour = (name: string) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
    const font = `11px ${getComputedStyle(document.body).fontFamily}`;
    const axis = { stroke: colour('--md-text-3'), font, ticks: { show: false } };
    const plot = new uPlot(
      {
        width: element.clientWidth,
        height,
        padding: [8, 4, 0, 0],
        legend: { show: false },
        cursor: { y: false, drag: { x: false, y: false }, points: { show: false } },
        tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1000), 'UTC'),
        // Half a day of space at both ends, so that the first and the last bar are not cut.
        scales: {
          x: { range: (_, first, last) => [first - 43_200, last + 43_200] },
          y: { range: (_, __, most) => [0, Math.max(1, most * 1.08)] },
        },
        axes: [
          {
            ...axis,
            size: 26,
            grid: { show: false },
            // Without a day, the axis would count from 1970.
            values: (_, splits) =>
              known.length === 0 ? [] : splits.map((seconds) => new Date(seconds * 1000).toISOString().slice(5, 10)),
          },
          {
            ...axis,
            size: 44,
            incrs: whole,
            grid: { stroke: colour('--md-line-soft'), width: 1 },
            values: (_, splits) => splits.map((value) => formatNumber(value)),
          },
        ],
        series: [
          {},
          {
            fill: colour('--md-accent'),
            width: 0,
            points: { show: false },
            ...(uPlot.paths.bars === undefined ? {} : { paths: uPlot.paths.bars({ size: [0.7, 36] }) }),
          },
        ],
        hooks: { setCursor: [({ cursor }) => setPointed(cursor.idx ?? null)] },
      },
      [known.map(({ day }) => secondsOf(day)), known.map(({ count }) => count)],
      element,
    );
    const watch = new ResizeObserver(() => plot.setSize({ width: element.clientWidth, height }));
    watch.observe(element);
    return () => {
      watch.disconnect();
      plot.destroy();
    };
  }, [written, height]);
  const shown = pointed === null ? undefined : days[pointed];
  return (
    <div className="md-chart">
      <div className="md-chart-pointed md-num" aria-hidden>
        {shown === undefined ? ' ' : `${shown.day} · ${formatNumber(shown.count)}`}
      </div>
      <div ref={place} role="img" aria-label={label} />
    </div>
  );
}
