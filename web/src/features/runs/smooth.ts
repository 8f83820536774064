type Point = readonly [number, number | null];

/** Exponential moving average without the bias of its start (Kingma and Ba, 2014, section 3). 0 changes nothing. */
export function smoothed(points: readonly Point[], weight: number): [number, number | null][] {
  let sum = 0;
  let mass = 0;
  return points.map(([x, y]) => {
    if (y == null) return [x, null];
    sum = sum * weight + y * (1 - weight);
    mass = mass * weight + (1 - weight);
    return [x, Number((sum / mass).toPrecision(12))]; // equal values stay equal
  });
}
