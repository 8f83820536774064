import { Page } from "@/shared/ui/Page";

export function Component() {
  return <Page title="groups">{null}</Page>;
}
