import { Page } from "@/shared/ui/Page";

export function Component() {
  return <Page title="models">{null}</Page>;
}
