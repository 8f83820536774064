import { Link } from "react-router";
import { Page } from "@/shared/ui/Page";

export function Component() {
  return (
    <Page title="There is no such page">
      <p>
        Perhaps the address was cut off. Go to the <Link to="/pipeline">pipeline</Link>.
      </p>
    </Page>
  );
}
