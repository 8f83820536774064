import type { Consumer } from "@/shared/api";
import { whole } from "@/shared/ui/numbers";

/** Views of the read side, as opposed to the rooms that decide. */
export const isView = (one: Consumer): boolean => one.consumer.startsWith("projection.");

export const needSomebody = (one: Consumer): boolean => trouble(one) > 0;

const trouble = (one: Consumer): number =>
  (one.state !== undefined && one.state !== "running" ? 1e12 : 0) + (one.lag_messages ?? 0);

/** Those that need somebody first, then by name. */
export function sorted(consumers: readonly Consumer[]): Consumer[] {
  return [...consumers].sort(
    (one, other) => trouble(other) - trouble(one) || one.consumer.localeCompare(other.consumer),
  );
}

/** `19 consumers, all up to date`, or how many are not. */
export function tally(consumers: readonly Consumer[]): string {
  const stopped = consumers.filter((one) => one.state !== undefined && one.state !== "running").length;
  const behind = consumers.filter((one) => (one.lag_messages ?? 0) > 0).length;
  const parts = [
    stopped ? `${whole(stopped)} not running` : "",
    behind ? `${whole(behind)} behind` : "",
    consumers.some((one) => one.lag_messages == null) ? "lag unknown: the brokers do not answer" : "",
  ].filter(Boolean);
  return `${whole(consumers.length)} ${consumers.length === 1 ? "consumer" : "consumers"}, ${parts.join(", ") || "all up to date"}`;
}
