import { Card } from "@/shared/ui/Page";
import { Choice } from "@/shared/ui/Choice";
import { useUrl } from "@/shared/ui/useUrl";
import { Coverage } from "./Coverage";
import { DataCard } from "./DataCard";

/** The data card, or the map of what of the documents is covered; the URL says which. */
export function Contents({ id, imported }: { id: string; imported: boolean }) {
  const { get, set } = useUrl();
  const map = get("about") === "coverage" && !imported;
  return (
    <Card
      title={map ? "Coverage of the documents" : "Data card"}
      extra={
        !imported && (
          <Choice
            label="About the rows"
            value={map ? "coverage" : ""}
            onChange={(about) => set({ about })}
            options={[
              { value: "", name: "Data card" },
              { value: "coverage", name: "Coverage map" },
            ]}
          />
        )
      }
    >
      {map ? <Coverage id={id} /> : <DataCard id={id} />}
    </Card>
  );
}
