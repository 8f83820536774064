import type { ReactNode } from "react";
import { failureOf, isGone } from "@/shared/api/failure";
import { Page } from "./Page";
import { Failure, Loading } from "./states";

interface Props {
  /** What it is, e.g. `Run`. */
  title: string;
  /** The way to all of them. */
  back: ReactNode;
  command?: string;
  error: unknown;
  retry: () => void;
}

/** The page of a thing that is not read yet, or cannot be. */
export function Unread({ title, back, command, error, retry }: Props) {
  const gone = !!error && isGone(failureOf(error));
  return (
    <Page title={title} lead={back} command={command}>
      {error ? (
        <Failure
          error={error}
          what={gone ? `There is no such ${title.toLowerCase()}` : undefined}
          retry={gone ? undefined : retry}
        />
      ) : (
        <Loading what={`Reading the ${title.toLowerCase()}`} />
      )}
    </Page>
  );
}
