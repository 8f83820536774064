import { Page } from "@/shared/ui/Page";

export function Component() {
  return <Page title="events">{null}</Page>;
}
