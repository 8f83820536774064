const WHOLE = new Intl.NumberFormat("en-GB");

export const whole = (value: number | null | undefined): string => (value == null ? "–" : WHOLE.format(value));

/** Up to `digits` significant digits; `–` for what is not known. */
export function figure(value: number | null | undefined, digits = 3): string {
  if (value == null || !Number.isFinite(value)) return "–";
  if (value !== 0 && (Math.abs(value) < 1e-3 || Math.abs(value) >= 1e6)) return value.toExponential(digits - 1);
  return String(Number(value.toPrecision(digits)));
}

export const percent = (share: number | null | undefined, digits = 1): string =>
  share == null ? "–" : `${(share * 100).toFixed(digits)} %`;

/** Bytes with a binary unit. */
export function size(bytes: number | null | undefined): string {
  if (bytes == null) return "–";
  const units = ["B", "KiB", "MiB", "GiB", "TiB"];
  let value = bytes;
  let unit = 0;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit += 1;
  }
  return `${unit && value < 10 ? value.toFixed(1) : Math.round(value)} ${units[unit]}`;
}
