import type { EstimateAttributes } from "@/shared/api";
import { whole } from "@/shared/ui/numbers";

const money = (millionths: number | null | undefined, currency: string) =>
  typeof millionths === "number" ? ` · ${(millionths / 1e6).toFixed(4)} ${currency}` : "";

/** What a batch would take, before anything is asked. */
export function Forecast({ it }: { it: EstimateAttributes }) {
  const { currency = "" } = it;
  return (
    <p role="status">
      {whole(it.count)} samples of {whole(it.chunks)} chunks:{" "}
      {it.requests ? (
        <>
          {whole(it.requests)} requests, about {whole(it.tokens_in)} tokens in and {whole(it.tokens_out)} out
          {money(it.cost, currency)}; {whole(it.most_tokens)} tokens
          {money(it.most_cost, currency)} at the very most.
        </>
      ) : (
        "no model is asked, nothing is paid."
      )}
    </p>
  );
}
